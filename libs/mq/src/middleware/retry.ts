import { backoffMs } from '../backoff.js';
import { PublishError } from '../publish-error.js';
import { retry as again } from '../verdict.js';
import type { Verdict } from '../verdict.js';
import type { Delivered } from '../wire.js';
import type { Handler, Middleware } from './middleware.js';
import { HandlerTimeoutError } from './timeout.js';

/** About 25 s in all for the default eight attempts. */
const failureBackoff = { baseMs: 200, maxMs: 30_000 };
const outageBackoff = { baseMs: 250, maxMs: 30_000 };
/** The delivery stays unsettled meanwhile, and brokers end deliveries that take 30 minutes. */
const longestDelayMs = 300_000;

/** Errors of a database or broker that is away, from whichever library throws them. */
const outageCodes = new Set(['TRANSIENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);

/**
 * Turns what a handler throws into retries, and gives each retry its delay.
 *
 * An outage (a transient error) counts no attempt, however long it lasts; its delay grows with each batch that
 * meets it, so it is never a hot loop. Any other error is narrowed down by halving the batch, so that a message
 * fails alone. A batch that ran out of time is retried as it is: spread delays part its messages.
 */
export const retry: Middleware = (next) => {
  let outages = 0;

  const attempt: Handler = async (batch) => {
    try {
      const verdicts = await next(batch);
      outages = 0;
      return verdicts.map((verdict, index) => withDelay(verdict, batch[index]!));
    } catch (error) {
      return isOutage(error) ? waitOut(batch, error) : narrowDown(batch, error);
    }
  };

  const waitOut = (batch: readonly Delivered[], error: unknown): readonly Verdict[] => {
    outages += 1;
    return batch.map(() => ({
      ...again(reasonOf(error), backoffMs(outages, outageBackoff)),
      counted: false,
    }));
  };

  const narrowDown: (batch: readonly Delivered[], error: unknown) => Promise<readonly Verdict[]> = async (
    batch,
    error,
  ) => {
    if (batch.length === 1 || error instanceof HandlerTimeoutError) {
      return batch.map((delivered) => withDelay(again(reasonOf(error)), delivered));
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await attempt(batch.slice(0, middle));
    return [...first, ...(await attempt(batch.slice(middle)))];
  };

  return attempt;
};

function withDelay(verdict: Verdict, { attempt }: Delivered): Verdict {
  if (verdict.kind !== 'retry') return verdict;
  const delayMs = verdict.delayMs ?? backoffMs(attempt, failureBackoff);
  return { ...verdict, delayMs: Math.min(longestDelayMs, Math.max(0, delayMs)) };
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof PublishError || outageCodes.has((error as { code?: string } | undefined)?.code ?? '')
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
