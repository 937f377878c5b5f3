import { advanceTimers, inTransaction, lockDueTimers } from '@attune/db';
import type { DueTimer } from '@attune/db';
import { announceEvents, storeEvents } from '@attune/intake';
import type { StoredEvent } from '@attune/intake';
import { faultPoint } from '@attune/service';

import type { SensorContext } from '../context.js';
import { logTimerStopped } from '../logger.js';
import { advanceTo, fireTimer } from './fire-timer.js';
import type { TimerFiring } from './fire-timer.js';

/**
 * Fires every timer that is due, a batch at a time: events and next due times are one commit, so each instant
 * gives one event whatever number of clocks runs and whenever one of them dies. Publishing a batch overlaps
 * with firing the next. Answers how many timers it found due.
 */
export async function fireDueTimers(ctx: SensorContext, batchSize: number): Promise<number> {
  let total = 0;
  let announced = Promise.resolve();
  for (;;) {
    const { due, events } = await fireBatch(ctx, batchSize);
    await announced;
    announced = announceEvents(ctx, events);
    total += due;
    if (due < batchSize) break;
  }
  await announced;
  return total;
}

interface FiredBatch {
  readonly due: number;
  readonly events: readonly StoredEvent[];
}

async function fireBatch(ctx: SensorContext, limit: number): Promise<FiredBatch> {
  const batch = await inTransaction(ctx.db, async (trx) => {
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
  });
  if (batch.due > 0) await faultPoint('sensor.clock.after-commit-before-publish');
  return batch;
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
