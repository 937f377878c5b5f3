import { setTimeout as delay } from 'node:timers/promises';
import { TransientError } from '@attune/domain';
import { PublishError } from '@attune/mq';
import type { Log } from '@attune/service';

const firstDelayMs = 50;
const longestDelayMs = 2_000;

export interface Persistence {
  /** Ends the attempts: from then on the answer is undefined. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** What is attempted, for the log: `store results`. */
  readonly what: string;
}

/**
 * Tries until it works, as long as database or broker only fail for now. Any other error is thrown. Undefined once
 * the signal is aborted: then what was attempted has lost its point.
 */
export async function persist<T>(
  attempt: () => Promise<T>,
  { signal, log, what }: Persistence,
): Promise<T | undefined> {
  for (let delayMs = firstDelayMs; !signal.aborted; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      log.warn({ event: 'worker.retrying', what, delay_ms: delayMs, err: error }, `cannot ${what} yet`);
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

function isPassing(error: unknown): boolean {
  return error instanceof TransientError || error instanceof PublishError;
}
