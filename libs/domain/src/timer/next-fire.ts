import { nextCron } from './cron.js';
import type { TimerSpec } from './timer-spec.js';

/** Instants of one timer that `catch_up` makes up for at most. */
const DEFAULT_LIMIT = 100;

/** How late a fire may be without counting as missed. */
const DEFAULT_GRACE_MS = 60_000;

/** The first instant strictly after `after` at which the timer is due; undefined when there is none. */
export function nextFire(spec: TimerSpec, after: Date): Date | undefined {
  const from = spec.startAt !== undefined && spec.startAt > after ? justBefore(spec.startAt) : after;
  const next = nextUnbounded(spec, from);
  return next === undefined || (spec.endAt !== undefined && next >= spec.endAt) ? undefined : next;
}

/** When a new timer is due for the first time; a one-shot whose time has passed is due at once. */
export function firstFire(spec: TimerSpec, now: Date): Date | undefined {
  return spec.kind === 'datetime' ? nextFire(spec, justBefore(spec.fireAt)) : nextFire(spec, now);
}

export interface DueFires {
  /** Instants to record an event for, oldest first; empty when the misfire policy skips them. */
  fires: Date[];
  /** When the timer is due again; undefined when it is done. */
  next: Date | undefined;
}

export interface TakeOptions {
  /** Events recorded so far. */
  fireCount: number;
  limit?: number;
  graceMs?: number;
}

/**
 * What to do about a timer that is due at `due`, now that it is `now`. A timer that is late by less than the grace
 * period fires for every instant. Later than that it was missed, and the misfire policy decides: `fire_once` fires
 * for the latest instant, `skip` only if that one is recent, `catch_up` for each. At most `limit` events come of
 * one call; `next` is then the oldest instant left.
 */
export function takeDue(spec: TimerSpec, due: Date, now: Date, options: TakeOptions): DueFires {
  const { fireCount, limit = DEFAULT_LIMIT, graceMs = DEFAULT_GRACE_MS } = options;
  const left = (spec.maxFires ?? Number.POSITIVE_INFINITY) - fireCount;
  if (left <= 0) return { fires: [], next: undefined };
  const graceStart = new Date(now.getTime() - graceMs);
  const isMissed = due < graceStart && spec.misfire !== 'catch_up';
  const { fires, next } = isMissed ? latest(spec, due, now) : each(spec, due, now, limit);
  const kept = isMissed && spec.misfire === 'skip' ? fires.filter((fire) => fire >= graceStart) : fires;
  return kept.length >= left ? { fires: kept.slice(0, left), next: undefined } : { fires: kept, next };
}

function nextUnbounded(spec: TimerSpec, after: Date): Date | undefined {
  switch (spec.kind) {
    case 'interval':
      return nextInterval(spec.anchor, spec.everyMs, after);
    case 'cron':
      return nextCron(spec.expression, spec.timezone, after);
    case 'datetime':
      return spec.fireAt > after ? spec.fireAt : undefined;
  }
}

function nextInterval(anchor: Date, everyMs: number, after: Date): Date {
  const periods = Math.floor((after.getTime() - anchor.getTime()) / everyMs) + 1;
  return new Date(anchor.getTime() + Math.max(0, periods) * everyMs);
}

function each(spec: TimerSpec, due: Date, now: Date, limit: number): DueFires {
  const fires: Date[] = [];
  let next: Date | undefined = due;
  while (next !== undefined && next <= now && fires.length < limit) {
    fires.push(next);
    next = nextFire(spec, next);
  }
  return { fires, next };
}

/** Only the latest instant matters: found backwards from now, in doubling steps, whatever the length of the outage. */
function latest(spec: TimerSpec, due: Date, now: Date): DueFires {
  const next = nextFire(spec, now);
  let fire = due;
  for (let back = 1000; now.getTime() - back > due.getTime(); back *= 2) {
    const candidate = nextFire(spec, new Date(now.getTime() - back));
    if (candidate !== undefined && candidate <= now) {
      fire = candidate;
      break;
    }
  }
  return { fires: [latestFrom(spec, fire, now)], next };
}

function latestFrom(spec: TimerSpec, from: Date, now: Date): Date {
  let fire = from;
  for (let next = nextFire(spec, fire); next !== undefined && next <= now; next = nextFire(spec, fire))
    fire = next;
  return fire;
}

function justBefore(instant: Date): Date {
  return new Date(instant.getTime() - 1);
}
