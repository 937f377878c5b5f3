import { z } from 'zod';

const age = z.int().min(0).max(86_400_000);

const interval = (fallback: number) =>
  z.int().min(10).max(86_400_000).default(fallback).describe('pause between two looks, milliseconds');

const sweep = (intervalMs: number) => z.strictObject({ interval_ms: interval(intervalMs) }).prefault({});

const overdueSweep = (intervalMs: number, overdueMs: number) =>
  z
    .strictObject({
      interval_ms: interval(intervalMs),
      overdue_ms: age
        .default(overdueMs)
        .describe('a row is overdue when its step was announced longer ago, milliseconds'),
    })
    .prefault({});

/** Settings of the executor's own work, also used by the all-in-one. */
export const executorConfig = z.strictObject({
  executor: z
    .strictObject({
      batch_size: z
        .int()
        .min(1)
        .max(1_000)
        .default(200)
        .describe('messages handled in one transaction at most'),
      prefetch: z
        .int()
        .min(1)
        .max(10_000)
        .default(600)
        .describe(
          'messages held unacknowledged per stage; more than batch_size, so that a batch forms while one commits',
        ),
      concurrency: z.int().min(1).max(16).default(2).describe('batches of one stage in progress at once'),
    })
    .prefault({})
    .describe('stages'),
  storm: z
    .strictObject({
      max_depth: z
        .int()
        .min(1)
        .max(1_000)
        .default(20)
        .describe('executions in a row that may lead to each other through events'),
      max_per_minute: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(600)
        .describe('events within a minute that one execution may lead to'),
    })
    .prefault({})
    .describe(
      'chains of events and executions that feed themselves; what is beyond is held until it is released',
    ),
  watch: z
    .strictObject({
      ledger: z
        .strictObject({
          interval_ms: interval(60_000),
          window_ms: z
            .int()
            .min(1_000)
            .max(86_400_000)
            .default(300_000)
            .describe('how far back what is checked was created, milliseconds'),
          timeout_ms: z
            .int()
            .min(100)
            .max(300_000)
            .default(10_000)
            .describe('a check that takes longer is given up, milliseconds'),
        })
        .prefault({})
        .describe('whether everything accepted has an outcome; checked by one executor at a time'),
      alerts: z
        .strictObject({ interval_ms: interval(30_000) })
        .prefault({})
        .describe('looks for what does not move; raises core.alert for what needs somebody'),
    })
    .prefault({})
    .describe('what Attune notices about itself'),
  sweeps: z
    .strictObject({
      batch_size: z.int().min(1).max(10_000).default(500).describe('rows announced at once'),
      overdue_at_start_ms: age
        .default(1_000)
        .describe('age taken for overdue by the first look after a start: repairs what a crash left'),
      pending_events: overdueSweep(5_000, 30_000).describe('events that nobody has evaluated'),
      requested: overdueSweep(5_000, 30_000).describe('executions that nobody has scheduled'),
      delayed: sweep(500).describe('executions whose delay is over'),
      queues: sweep(250).describe('executions that queue for a policy and have room now'),
      due_matches: sweep(500).describe('matches that have waited for quiet, or are released'),
      waiting_for_worker: sweep(1_000).describe('executions that a worker has come for'),
      scheduled: overdueSweep(5_000, 60_000).describe('executions that no worker has claimed'),
      deadlines: sweep(500).describe('executions whose start or total timeout is over before they run'),
      long_runs: overdueSweep(30_000, 60_000).describe('executions that run for long; nothing is announced'),
      canceling: overdueSweep(5_000, 10_000).describe(
        'executions that run although they are to be cancelled',
      ),
      lost: sweep(2_000).describe('executions whose worker has lost its lease'),
      unsettled: overdueSweep(5_000, 30_000).describe('executions finished and not settled'),
      retention: z
        .strictObject({
          interval_ms: interval(60_000),
          budget_ms: z
            .int()
            .min(100)
            .max(3_600_000)
            .default(240_000)
            .describe('no batch starts later in one look, milliseconds; the next look goes on'),
          share: z
            .number()
            .min(0.01)
            .max(1)
            .default(0.25)
            .describe('part of the time of a look that is spent at it; the rest is pause'),
          batch_size: z.int().min(1).max(10_000).default(500).describe('rows removed in one transaction'),
        })
        .prefault({})
        .describe('removes rows that are kept no longer; table retention says how long'),
    })
    .prefault({})
    .describe('repairs'),
});

export type ExecutorConfig = z.output<typeof executorConfig>;
