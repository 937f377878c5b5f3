import { ensureTimers, listTimerRules, nextTimerDue, restTimers } from '@attune/db';
import type { NewTimer, TimerRule } from '@attune/db';

import type { SensorContext } from '../context.js';
import { logTimersReconciled, logTimerStopped } from '../logger.js';
import { planTimer } from './plan-timer.js';

/**
 * Brings the timers in line with the enabled rules of timer triggers. Rows decide, messages only make it
 * sooner; running it twice, or in several processes at once, sets the same timers. Answers how many it set.
 */
export async function reconcileTimers(ctx: SensorContext): Promise<number> {
  await restTimers(ctx.db);
  const rules = await listTimerRules(ctx.db);
  const { now } = await nextTimerDue(ctx.db);
  const timers = rules.flatMap((rule) => planOrStop(ctx, rule, now));
  if (timers.length > 0) await ensureTimers(ctx.db, timers);
  logTimersReconciled(ctx.log, timers.length);
  return timers.length;
}

/** Parameters that are no timer rest as a row without a next time, said once and not at each round. */
function planOrStop({ log }: SensorContext, rule: TimerRule, now: Date): NewTimer[] {
  try {
    const timer = planTimer(rule, now);
    return timer === undefined ? [] : [timer];
  } catch (error) {
    if (rule.timer !== null && rule.timer.next_fire_at === null) return [];
    logTimerStopped(log, rule, error);
    return [{ rule: rule.rule, params: rule.trigger_params, next_fire_at: null }];
  }
}
