import type { ErrorDetail } from '../errors.js';

export const timerTriggers = ['core.intervaltimer', 'core.crontimer', 'core.datetimetimer'] as const;
export type TimerTrigger = (typeof timerTriggers)[number];

export const misfirePolicies = ['fire_once', 'skip', 'catch_up'] as const;
export type MisfirePolicy = (typeof misfirePolicies)[number];

interface CommonTimerSpec {
  misfire: MisfirePolicy;
  jitterMs: number;
  startAt?: Date;
  endAt?: Date;
  maxFires?: number;
}

export interface IntervalTimerSpec extends CommonTimerSpec {
  kind: 'interval';
  everyMs: number;
  /** Fires at anchor + n × everyMs, n ≥ 0: restarts do not shift it. */
  anchor: Date;
}

export interface CronTimerSpec extends CommonTimerSpec {
  kind: 'cron';
  expression: string;
  timezone: string;
}

export interface DatetimeTimerSpec extends CommonTimerSpec {
  kind: 'datetime';
  fireAt: Date;
  timezone: string;
}

export type TimerSpec = IntervalTimerSpec | CronTimerSpec | DatetimeTimerSpec;

export function checkTimer(triggerRef: string, params: unknown, path = ''): ErrorDetail[] {
  void triggerRef;
  void params;
  void path;
  throw new Error('not built yet');
}

/** Throws ValidationError. `anchor` is where an interval without `start_at` counts from: the timer row's creation. */
export function timerSpec(triggerRef: string, params: unknown, anchor: Date = new Date(0)): TimerSpec {
  void triggerRef;
  void params;
  void anchor;
  throw new Error('not built yet');
}
