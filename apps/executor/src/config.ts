import { z } from 'zod';

const milliseconds = (fallback: number) => z.number().int().min(10).max(86_400_000).default(fallback);

const sweep = (intervalMs: number, overdueMs: number) =>
  z
    .strictObject({
      interval_ms: milliseconds(intervalMs).describe('How often the sweep looks'),
      overdue_ms: z
        .number()
        .int()
        .min(0)
        .max(86_400_000)
        .default(overdueMs)
        .describe('A row is overdue when its last announcement is older than this'),
    })
    .prefault({});

/** Settings of the executor's own work, also used by the all-in-one. */
export const executorConfig = z.strictObject({
  executor: z
    .strictObject({
      batch_size: z
        .number()
        .int()
        .min(1)
        .max(1_000)
        .default(200)
        .describe('Messages handled in one transaction at most'),
      prefetch: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(600)
        .describe(
          'Messages held unacknowledged per stage; more than batch_size, so that a batch forms while one commits',
        ),
      concurrency: z
        .number()
        .int()
        .min(1)
        .max(16)
        .default(2)
        .describe('Batches of one stage in progress at once'),
    })
    .prefault({}),
  sweeps: z
    .strictObject({
      batch_size: z.number().int().min(1).max(10_000).default(500).describe('Rows announced at once'),
      pending_events: sweep(5_000, 30_000).describe('Events nobody has evaluated'),
      requested: sweep(1_000, 30_000).describe('Executions without a dispatch, due retries included'),
      scheduled: sweep(5_000, 60_000).describe('Executions dispatched and not claimed'),
      lost: sweep(2_000, 0).describe('Executions whose worker is gone'),
      unsettled: sweep(5_000, 30_000).describe('Executions finished and not settled'),
    })
    .prefault({}),
});

export type ExecutorConfig = z.output<typeof executorConfig>;
