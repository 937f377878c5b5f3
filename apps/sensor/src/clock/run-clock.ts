import { nextTimerDue } from '@attune/db';
import type { HealthCheck } from '@attune/service';

import type { SensorContext } from '../context.js';
import { logClockFailed } from '../logger.js';
import { fireDueTimers } from './fire-due-timers.js';

/** Longest sleep: how late a clock may notice a timer that another process set. Milliseconds. */
const maxSleepMs = 1_000;
/** Shortest sleep: what is due and cannot be had is held by another clock. */
const minSleepMs = 5;
/** A clock that has not come round for so long hangs. */
const stalledAfterMs = 30_000;

export interface RunningClock {
  /** Looks for due timers now instead of at the end of its sleep. */
  wake(): void;
  health(): HealthCheck;
  /** Ends after the batch under way. Idempotent. */
  stop(): Promise<void>;
}

/** Fires timers when they are due: sleeps until the next one, by the database's time, at most one second. */
export function runClock(ctx: SensorContext, batchSize: number): RunningClock {
  const end = new AbortController();
  let lastRound = performance.now();
  let wanted = false;
  let endSleep = (): void => {};

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, wanted ? 0 : ms);
      endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const wake = (): void => {
    wanted = true;
    endSleep();
  };

  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      wanted = false;
      const pauseMs = await round(ctx, batchSize);
      lastRound = performance.now();
      if (!end.signal.aborted) await sleep(pauseMs);
    }
  };
  const running = run();

  return {
    wake,
    health: () => healthAfter(performance.now() - lastRound),
    stop: async () => {
      end.abort();
      wake();
      await running;
    },
  };
}

function healthAfter(silentMs: number): HealthCheck {
  if (silentMs < stalledAfterMs) return { ok: true, vital: true };
  return { ok: false, vital: true, detail: `no round for ${Math.round(silentMs / 1000)} s` };
}

/** Fires what is due; answers how long to sleep. Never throws: a failed round is repeated. */
async function round(ctx: SensorContext, batchSize: number): Promise<number> {
  try {
    await fireDueTimers(ctx, batchSize);
    const { now, next_fire_at: next } = await nextTimerDue(ctx.db);
    if (next === null) return maxSleepMs;
    return Math.min(Math.max(next.getTime() - now.getTime(), minSleepMs), maxSleepMs);
  } catch (error) {
    logClockFailed(ctx.log, error);
    return maxSleepMs;
  }
}
