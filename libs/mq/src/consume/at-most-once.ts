import type { Received } from '../envelope.js';
import type { ConsumerInfo, Handler } from '../middleware/middleware.js';
import { ack } from '../verdict.js';

/** The handler of a subscription: nothing is ever tried twice, faults are logged and the message is gone. */
export function atMostOnce<B>(
  handle: (batch: readonly Received<B>[]) => Promise<void>,
  { name, log }: Pick<ConsumerInfo, 'name' | 'log'>,
): Handler {
  return async (batch) => {
    try {
      await handle(batch as readonly Received<B>[]);
    } catch (error) {
      log.error(
        { event: 'subscription.failed', handler: name, err: error, count: batch.length },
        `${name} could not handle ${batch.length} messages; they are dropped`,
      );
    }
    return batch.map(ack);
  };
}
