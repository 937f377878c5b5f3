import type { Publisher } from '../bus.js';
import type { BodyOf, MessageContract, Outgoing } from '../define-message.js';
import { PublishError } from '../publish-error.js';

export interface RecordingPublisher extends Publisher {
  /** Everything published so far, in order. */
  readonly published: readonly Outgoing[];
  /** The bodies published under one contract, in order. */
  bodies<C extends MessageContract<unknown>>(contract: C): readonly BodyOf<C>[];
  /** How often publish() was called with messages. */
  readonly batches: number;
  /** The next batch fails as it does while the broker is away. */
  failOnce(): void;
  clear(): void;
}

/** A publisher that keeps what it was given, for tests of handlers. */
export function recordPublisher(): RecordingPublisher {
  const published: Outgoing[] = [];
  let batches = 0;
  let failing = false;
  return {
    published,
    get batches() {
      return batches;
    },
    bodies: <C extends MessageContract<unknown>>(contract: C) =>
      published
        .filter((outgoing) => outgoing.contract.type === contract.type)
        .map(({ body }) => body as BodyOf<C>),
    failOnce: () => {
      failing = true;
    },
    clear: () => {
      published.length = 0;
      batches = 0;
    },
    publish: async (messages) => {
      if (messages.length === 0) return;
      if (failing) {
        failing = false;
        const failed = messages.map(({ contract }, index) => ({
          index,
          type: contract.type,
          failure: 'unconfirmed' as const,
        }));
        throw new PublishError(failed, messages.length, 'not connected');
      }
      batches += 1;
      published.push(...messages);
    },
  };
}
