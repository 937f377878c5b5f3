import { randomUUID } from 'node:crypto';
import { message, notice } from '@attune/mq';
import type { Bus } from '@attune/mq';
import type { Log } from '@attune/service';
import { FanOut } from './fan-out.js';

export interface Changes {
  readonly fanOut: FanOut;
  close(): Promise<void>;
}

export interface ChangesOptions {
  bus: Bus;
  /** Changes kept for clients that come back. */
  replay: number;
  log: Log;
}

/**
 * All changes of the installation, in the order of their log. Resolves when it has read what the broker keeps of
 * it, so that clients of this process before, or of another one, can go on here where they were.
 */
export async function openChanges({ bus, replay, log }: ChangesOptions): Promise<Changes> {
  const fanOut = new FanOut(replay);
  const own = `changes:${randomUUID()}`;
  let caughtUp: () => void = () => undefined;
  const untilOwnMark = new Promise<void>((resolve) => {
    caughtUp = resolve;
  });
  const setMark = () => bus.publish([message(notice, { changes: [] }, { cause: { correlationId: own } })]);
  const reader = await bus.readLog(
    notice,
    async (batch) => {
      for (const received of batch) {
        fanOut.deliver(received);
        if (received.envelope.correlationId === own) caughtUp();
      }
    },
    {
      onGap: () => {
        fanOut.breakOff();
        setMark().catch((error: unknown) => {
          log.warn(
            { event: 'changes.unmarked', err: error },
            'no position after a gap until the next change',
          );
        });
      },
    },
  );
  try {
    await setMark();
    await untilOwnMark;
  } catch (error) {
    await reader.close();
    throw error;
  }
  return { fanOut, close: () => reader.close() };
}
