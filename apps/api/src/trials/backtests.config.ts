import { z } from 'zod';

/** Rules that are tried on recorded events. */
export const backtestsConfig = z
  .strictObject({
    max_running: z.int().min(1).default(1).describe('backtests at once, in one process'),
    max_events: z.int().min(1).default(1_000_000).describe('events that one looks at'),
    max_seconds: z
      .int()
      .min(1)
      .default(120)
      .describe('time that one takes; then it says what it has found so far'),
  })
  .prefault({})
  .describe('backtests of rules');

export type BacktestsConfig = z.output<typeof backtestsConfig>;
