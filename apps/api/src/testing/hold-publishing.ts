import type { Bus } from '@attune/mq';

export interface HeldBus {
  /** Publications that wait at the gate. */
  readonly waiting: number;
  close(): void;
  open(): void;
}

/** Puts a gate before a bus, open at first, like a broker that takes its time: a request that publishes stays under way for as long as a test wants. */
export function holdPublishing(bus: Bus): HeldBus {
  const send = bus.publish.bind(bus);
  let gate = Promise.resolve();
  let open = () => {};
  let waiting = 0;
  const publish: Bus['publish'] = async (messages) => {
    waiting += 1;
    await gate;
    waiting -= 1;
    await send(messages);
  };
  Object.assign(bus, { publish });
  return {
    get waiting() {
      return waiting;
    },
    close: () => {
      gate = new Promise((resolve) => (open = resolve));
    },
    open: () => open(),
  };
}
