import type { Delivered } from '../wire.js';
import type { Middleware } from './middleware.js';

/** One warning per reason and batch for retries, one error per dead letter, handled batches at debug level. */
export const log: Middleware =
  (next, { name, queue, log }) =>
  async (batch) => {
    const started = performance.now();
    const verdicts = await next(batch);
    const retried = new Map<string, Delivered[]>();
    verdicts.forEach((verdict, index) => {
      const delivered = batch[index]!;
      if (verdict.kind === 'retry') {
        retried.set(verdict.reason, [...(retried.get(verdict.reason) ?? []), delivered]);
      }
      if (verdict.kind === 'dead_letter') {
        log.error(
          {
            event: 'message.dead_lettered',
            handler: name,
            queue,
            ...identity(delivered),
            reason: verdict.reason,
          },
          `${name} sent a message to the dead letters: ${verdict.reason}`,
        );
      }
    });
    for (const [reason, [first, ...others]] of retried) {
      log.warn(
        {
          event: 'message.retried',
          handler: name,
          queue,
          count: others.length + 1,
          ...identity(first!),
          reason,
        },
        `${name} tries again later: ${reason}`,
      );
    }
    const duration_ms = Math.round(performance.now() - started);
    log.debug({ event: 'messages.handled', handler: name, queue, count: batch.length, duration_ms });
    return verdicts;
  };

function identity({ envelope, attempt }: Delivered) {
  return { message_id: envelope.messageId, correlation_id: envelope.correlationId, attempt };
}
