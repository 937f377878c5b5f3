import { z } from 'zod';

export const retryBackoffs = ['constant', 'linear', 'exponential'] as const;
export const retryOutcomes = ['failed', 'timeout', 'lost'] as const;
export type RetryOutcome = (typeof retryOutcomes)[number];

/** No attempt waits longer, whatever its settings multiply to. */
const MAX_DELAY_SECONDS = 7 * 86_400;

/** Delays in seconds. `count` retries follow the first attempt; `jitter` is the largest share added at random. */
export const retrySchema = z.strictObject({
  count: z.int().min(0).max(1000),
  delay: z.number().min(0).default(0),
  backoff: z.enum(retryBackoffs).default('constant'),
  max_delay: z.number().min(0).optional(),
  jitter: z.number().min(0).max(1).default(0),
  on: z.array(z.enum(retryOutcomes)).default(['failed', 'timeout']),
});
export type Retry = z.infer<typeof retrySchema>;

export type RetryDecision = { retry: true; delayMs: number } | { retry: false; reason: string };

/** How an attempt ended that might be repeated. */
export interface EndedAttempt {
  /** 1 is the first. */
  attempt: number;
  outcome: RetryOutcome;
}

const factors: Readonly<Record<Retry['backoff'], (attempt: number) => number>> = {
  constant: () => 1,
  linear: (attempt) => attempt,
  exponential: (attempt) => 2 ** (attempt - 1),
};

/** Whether another attempt follows, and after how long. `random` in [0, 1) decides the jitter. */
export function decideRetry(retry: Retry | undefined, ended: EndedAttempt, random: number): RetryDecision {
  if (!retry) return { retry: false, reason: 'no retry is set' };
  if (!retry.on.includes(ended.outcome)) {
    return { retry: false, reason: `retry does not cover '${ended.outcome}'` };
  }
  if (ended.attempt > retry.count) return { retry: false, reason: `all ${retry.count} retries are used` };
  return { retry: true, delayMs: Math.round(delaySeconds(retry, ended.attempt, random) * 1000) };
}

/** Jitter only adds, and stays below `max_delay`: waiting longer than set would surprise, waiting less would hurt. */
function delaySeconds(retry: Retry, attempt: number, random: number): number {
  const limit = Math.min(retry.max_delay ?? MAX_DELAY_SECONDS, MAX_DELAY_SECONDS);
  const delay = retry.delay === 0 ? 0 : retry.delay * factors[retry.backoff](attempt);
  return Math.min(limit, delay * (1 + retry.jitter * random));
}
