import { z } from 'zod';

export const retryBackoffs = ['constant', 'linear', 'exponential'] as const;
export const retryOutcomes = ['failed', 'timeout', 'lost'] as const;
export type RetryOutcome = (typeof retryOutcomes)[number];

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

/** `attempt` is the one that ended (1 is the first); `random` in [0, 1) decides the jitter. */
export function decideRetry(
  retry: Retry | undefined,
  ended: { attempt: number; outcome: RetryOutcome },
  random: number,
): RetryDecision {
  void retry;
  void ended;
  void random;
  throw new Error('not built yet');
}
