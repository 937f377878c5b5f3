import { errorMessage, ValidationError } from '@attune/domain';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../database.js';
import type { RetentionBatch } from './retention-batch.js';
import { previewBatch, removeBatch } from './retention-batch.js';
import type { Position, RetentionTarget } from './retention-target.js';
import { retentionTargets } from './retention-targets.js';

/** Larger ones would hold their locks for longer than a heartbeat. */
const largestBatch = 10_000;
const longestRest = 60_000;

export interface RetentionOptions {
  /** Rows looked at, and so removed, in one transaction at most. */
  batchSize: number;
  /** Of each target; default: as many as a pass takes. */
  maxBatches?: number | undefined;
  /** No batch starts later; default: no limit. */
  budgetMs?: number | undefined;
  /** Of the time, 0 to 1: after each batch it rests for the remainder, and leaves the disk to others. Default 1. */
  share?: number | undefined;
  /** Only counts what a whole pass would remove. */
  dryRun?: boolean | undefined;
  /** No batch starts after it. */
  signal?: AbortSignal | undefined;
}

export interface RetentionReport {
  target: string;
  /** What is younger stays; null when everything does, or when nothing was looked at. */
  cutoff: Date | null;
  deleted: number;
  /** Old enough, and not removed: under way, or held by someone at that moment. Of `execution`: trees. */
  kept: number;
  batches: number;
  /** The pass came to its end: nothing more is to be removed now. */
  complete: boolean;
  dry_run: boolean;
  /** Why this target stopped before its time; the others went on. */
  error: string | null;
}

interface Run {
  target: RetentionTarget;
  report: RetentionReport;
  /** Of a dry run; that of a removal is kept in table `retention`. */
  position: Position | null;
  ended: boolean;
}

/**
 * Removes what is kept no longer: a batch of each target in turn, until their passes are over or time is up. Any number
 * of processes may do it at once: each target is one's, the others pass it over. The next call goes on where this one
 * ended, also after a crash.
 */
export async function applyRetention(db: Db, options: RetentionOptions): Promise<RetentionReport[]> {
  const { batchSize, maxBatches = Infinity, dryRun = false } = options;
  check(options);
  const runs = retentionTargets.map((target) => startRun(target, dryRun));
  const clock = startClock(options);
  for (let open = runs; open.length > 0 && !clock.isUp(); open = open.filter(({ ended }) => !ended)) {
    for (const run of open) {
      if (clock.isUp()) break;
      const began = performance.now();
      await takeBatch(db, run, batchSize);
      run.ended ||= run.report.batches >= maxBatches;
      await clock.rest(performance.now() - began);
    }
  }
  return runs.map(({ report }) => report);
}

function check({ batchSize, share = 1 }: RetentionOptions): void {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > largestBatch) {
    throw new ValidationError(`the batch size of retention must be a whole number from 1 to ${largestBatch}`);
  }
  if (!(share > 0 && share <= 1)) {
    throw new ValidationError('the share of retention must be above 0 and at most 1');
  }
}

function startRun(target: RetentionTarget, dry_run: boolean): Run {
  const counts = { deleted: 0, kept: 0, batches: 0 };
  const report = { target: target.name, cutoff: null, ...counts, complete: false, dry_run, error: null };
  return { target, report, position: null, ended: false };
}

interface Clock {
  /** No further batch starts. */
  isUp(): boolean;
  /** After that much work, until its share is what was asked for. Lets others come first in any case. */
  rest(workedMs: number): Promise<void>;
}

function startClock({ budgetMs = Infinity, share = 1, signal }: RetentionOptions): Clock {
  const end = performance.now() + budgetMs;
  // timers count whole milliseconds, and may be early by a fraction of one
  const left = () => Math.max(Math.ceil(end - performance.now()) + 1, 0);
  return {
    isUp: () => signal?.aborted === true || performance.now() >= end,
    rest: async (workedMs) => {
      const ms = Math.min(workedMs * (1 / share - 1), left(), longestRest);
      await delay(ms, undefined, { signal }).catch(() => undefined);
    },
  };
}

/** An error ends the run of its target only: one row that cannot be removed must not keep all the others. */
async function takeBatch(db: Db, run: Run, limit: number): Promise<void> {
  const { target, report, position } = run;
  try {
    const batch = report.dry_run
      ? await previewBatch(db, target, { position, limit })
      : await removeBatch(db, target, limit);
    account(run, batch);
  } catch (error) {
    report.error = errorMessage(error);
    run.ended = true;
  }
}

function account(run: Run, batch: RetentionBatch): void {
  const { report } = run;
  run.ended = batch.state !== 'done' || batch.position === null;
  report.complete = run.ended && batch.state !== 'busy';
  if (batch.state !== 'done') return;
  run.position = batch.position;
  report.cutoff = batch.cutoff;
  report.deleted += batch.deleted;
  report.kept += batch.kept;
  report.batches += 1;
}
