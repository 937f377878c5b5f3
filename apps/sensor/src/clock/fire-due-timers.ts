import { advanceTimers, inTransaction, lockDueTimers } from '@attune/db';
import type { DueTimer, Trx } from '@attune/db';
import { announceEvents, storeEvents } from '@attune/intake';
import type { StoredEvent } from '@attune/intake';
import { faultPoint } from '@attune/service';

import type { SensorContext } from '../context.js';
import { logTimerStopped } from '../logger.js';
import { advanceTo, fireTimer } from './fire-timer.js';
import type { TimerFiring } from './fire-timer.js';

/** Transactions at once under load: one computes while the database or the broker works for the other. */
const lanes = 2;

/**
 * Fires every timer that is due, a batch at a time. Events and next due times are one commit, so each instant
 * gives one event, whatever number of clocks runs and whenever one of them dies; they are announced after it.
 * Answers how many timers it found due.
 */
export async function fireDueTimers(ctx: SensorContext, batchSize: number): Promise<number> {
  const first = await fireBatch(ctx, batchSize);
  if (first < batchSize) return first;
  const further = await Promise.all(Array.from({ length: lanes }, () => fireBatches(ctx, batchSize)));
  return further.reduce((sum, count) => sum + count, first);
}

async function fireBatches(ctx: SensorContext, batchSize: number): Promise<number> {
  let total = 0;
  let found: number;
  do {
    found = await fireBatch(ctx, batchSize);
    total += found;
  } while (found === batchSize);
  return total;
}

async function fireBatch(ctx: SensorContext, limit: number): Promise<number> {
  const { due, events } = await inTransaction(ctx.db, (trx) => fireLocked(ctx, trx, limit));
  if (due === 0) return 0;
  await faultPoint('sensor.clock.after-commit-before-publish');
  await announceEvents(ctx, events);
  return due;
}

interface FiredBatch {
  readonly due: number;
  readonly events: readonly StoredEvent[];
}

async function fireLocked(ctx: SensorContext, trx: Trx, limit: number): Promise<FiredBatch> {
  const due = await lockDueTimers(trx, { limit });
  if (due.length === 0) return { due: 0, events: [] };
  const firings = due.map((timer) => fireOrStop(ctx, timer));
  const events = await storeEvents(
    trx,
    firings.flatMap((firing) => firing.events),
  );
  await advanceTimers(
    trx,
    firings.map(({ advance }) => advance),
  );
  await faultPoint('sensor.clock.after-lock-before-commit');
  return { due: due.length, events };
}

/** A timer whose parameters became invalid stops by itself: it must not hold up the others of its batch. */
function fireOrStop({ log }: SensorContext, timer: DueTimer): TimerFiring {
  try {
    return fireTimer(timer);
  } catch (error) {
    logTimerStopped(log, timer, error);
    return { events: [], advance: advanceTo(timer, undefined, 0) };
  }
}
