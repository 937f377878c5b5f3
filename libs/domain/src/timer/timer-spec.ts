import type { ErrorDetail } from '../errors.js';
import { ValidationError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { memberPath } from '../path.js';
import { aKindOf, isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { isTimezone } from '../zone.js';
import { cronProblem } from './cron.js';
import { parseInstant } from './instant.js';

export const timerTriggers = ['core.intervaltimer', 'core.crontimer', 'core.datetimetimer'] as const;
export type TimerTrigger = (typeof timerTriggers)[number];

/** What becomes of instants that nobody was there to fire: one event for all, none, or one each. */
export const misfirePolicies = ['fire_once', 'skip', 'catch_up'] as const;
export type MisfirePolicy = (typeof misfirePolicies)[number];

interface CommonTimerSpec {
  misfire: MisfirePolicy;
  /** Largest delay of a fire, at random, in milliseconds; the scheduled instant stays what it is. */
  jitterMs: number;
  startAt?: Date;
  /** Exclusive. */
  endAt?: Date;
  maxFires?: number;
}

export interface IntervalTimerSpec extends CommonTimerSpec {
  kind: 'interval';
  everyMs: number;
  /** Fires at anchor + n × everyMs: restarts do not shift it. */
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

/** Parameters that passed the checks below. */
interface CheckedParameters {
  unit: string;
  interval: number;
  expression: string;
  fire_at: string;
  timezone?: string;
  misfire?: MisfirePolicy;
  jitter?: number;
  start_at?: string;
  end_at?: string;
  max_fires?: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};
const MAX_INTERVAL_MS = 366 * 86_400_000;
const MAX_JITTER_SECONDS = 86_400;

type Check = (value: unknown, params: JsonObject) => string | undefined;
type Checks = Readonly<Record<string, Check>>;

const common: Checks = {
  description: optional(isText),
  misfire: optional((value) => oneOf(misfirePolicies, value)),
  jitter: optional((value) => numberBetween(0, MAX_JITTER_SECONDS, value)),
  start_at: optional(isTime),
  end_at: optional(isTime),
  max_fires: optional((value) => wholeNumber(1, value)),
};

const checks: Readonly<Record<TimerTrigger, Checks>> = {
  'core.intervaltimer': {
    ...common,
    unit: (value) => oneOf(Object.keys(UNIT_MS), value),
    interval: (value, params) => wholeNumber(1, value) ?? tooLong(value, params.unit),
  },
  'core.crontimer': { ...common, expression: isCron, timezone: optional(isZone) },
  'core.datetimetimer': { ...common, fire_at: isTime, timezone: optional(isZone) },
};

/** What is wrong with the parameters of a timer, or with the trigger when it is none. */
export function checkTimer(triggerRef: string, params: unknown, path = ''): ErrorDetail[] {
  const trigger = timerTriggers.find((known) => known === triggerRef);
  if (trigger === undefined) return [noTimer(triggerRef)];
  if (!isMap(params)) return [{ path, message: 'must be an object', hint: `found ${aKindOf(params)}` }];
  const known = checks[trigger];
  const unknown = Object.keys(params).filter((name) => !Object.hasOwn(known, name));
  const problems = Object.entries(known).flatMap(([name, check]) => {
    const message = check(params[name], params);
    return message === undefined ? [] : [{ path: memberPath(path, name), message }];
  });
  return [...problems, ...unknown.map((name) => unknownParameter(name, known, path))];
}

/** Throws ValidationError. `anchor` is where an interval without `start_at` counts from: the timer row's creation. */
export function timerSpec(triggerRef: string, params: unknown, anchor: Date = new Date(0)): TimerSpec {
  const [problem, ...more] = checkTimer(triggerRef, params);
  if (problem) {
    const where = problem.path === '' ? '' : `${problem.path} `;
    const details = [problem, ...more];
    throw new ValidationError(`invalid timer ${triggerRef}: ${where}${problem.message}`, { details });
  }
  return build(triggerRef as TimerTrigger, params as CheckedParameters, anchor);
}

function build(trigger: TimerTrigger, params: CheckedParameters, anchor: Date): TimerSpec {
  const zone = params.timezone ?? 'UTC';
  const shared = commonSpec(params);
  switch (trigger) {
    case 'core.intervaltimer': {
      const everyMs = params.interval * UNIT_MS[params.unit]!;
      return { kind: 'interval', ...shared, everyMs, anchor: shared.startAt ?? anchor };
    }
    case 'core.crontimer':
      return { kind: 'cron', ...shared, expression: params.expression, timezone: zone };
    case 'core.datetimetimer':
      return { kind: 'datetime', ...shared, fireAt: parseInstant(params.fire_at, zone)!, timezone: zone };
  }
}

/** Times without an offset are in the timer's zone. */
function commonSpec(params: CheckedParameters): CommonTimerSpec {
  const zone = params.timezone ?? 'UTC';
  const spec: CommonTimerSpec = {
    misfire: params.misfire ?? 'fire_once',
    jitterMs: (params.jitter ?? 0) * 1000,
  };
  if (params.start_at !== undefined) spec.startAt = parseInstant(params.start_at, zone)!;
  if (params.end_at !== undefined) spec.endAt = parseInstant(params.end_at, zone)!;
  if (params.max_fires !== undefined) spec.maxFires = params.max_fires;
  return spec;
}

function noTimer(triggerRef: string): ErrorDetail {
  if (triggerRef === 'core.rruletimer') {
    const hint = 'core.crontimer knows L, # and W for most recurring dates';
    return { path: 'trigger_ref', message: 'core.rruletimer is not available in this version', hint };
  }
  const hint = didYouMean(triggerRef, timerTriggers) ?? `timers are ${timerTriggers.join(', ')}`;
  return { path: 'trigger_ref', message: `'${triggerRef}' is not a timer`, hint };
}

function unknownParameter(name: string, known: Checks, path: string): ErrorDetail {
  const hint = didYouMean(name, Object.keys(known)) ?? `known: ${Object.keys(known).join(', ')}`;
  return { path: memberPath(path, name), message: 'is not known here', hint };
}

function optional(check: Check): Check {
  return (value, params) => (value === undefined ? undefined : check(value, params));
}

function isText(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'must be a string';
}

function oneOf(names: readonly string[], value: unknown): string | undefined {
  return names.includes(value as string) ? undefined : `must be one of ${names.join(', ')}`;
}

function numberBetween(least: number, most: number, value: unknown): string | undefined {
  const fits = typeof value === 'number' && value >= least && value <= most;
  return fits ? undefined : `must be a number of seconds between ${least} and ${most}`;
}

function wholeNumber(least: number, value: unknown): string | undefined {
  const fits = Number.isSafeInteger(value) && (value as number) >= least;
  return fits ? undefined : `must be a whole number, at least ${least}`;
}

function tooLong(interval: unknown, unit: unknown): string | undefined {
  const everyMs = (interval as number) * (UNIT_MS[unit as string] ?? 0);
  return everyMs > MAX_INTERVAL_MS ? 'must be at most 366 days' : undefined;
}

function isZone(value: unknown): string | undefined {
  return typeof value === 'string' && isTimezone(value)
    ? undefined
    : 'must be a time zone such as Europe/Berlin';
}

function isTime(value: unknown, params: JsonObject): string | undefined {
  const zone = typeof params.timezone === 'string' && isTimezone(params.timezone) ? params.timezone : 'UTC';
  return typeof value === 'string' && parseInstant(value, zone)
    ? undefined
    : 'must be a time such as 2026-01-31T09:00:00Z';
}

function isCron(value: unknown): string | undefined {
  return typeof value === 'string' ? cronProblem(value) : 'must be a cron expression such as 0 9 * * MON-FRI';
}
