import { Cron } from 'croner';
import { errorMessage } from '../errors.js';
import { LruCache } from '../lru-cache.js';
import { instantOf, wallTime } from '../zone.js';

const QUARTER_HOUR = 900_000;
const SECOND = 1000;

/** Enough for any change of clocks there has been; a zone's walls do not stand still longer. */
const MAX_AMBIGUOUS_QUARTERS = 200;

const FIELDS = /^\S+(?:\s+\S+){4,5}$/;

const schedules = new LruCache<string, Cron>(1000);

/** Expressions that come true, and the instants found last: timers that share a schedule are due together. */
const proven = new LruCache<string, true>(1000);
const instants = new LruCache<string, Date>(1000);

/** What is wrong with a cron expression of 5 fields, or 6 with seconds first; undefined when nothing is. */
export function cronProblem(expression: string): string | undefined {
  if (!FIELDS.test(expression.trim()) || expression.length > 200) {
    return 'must have 5 fields (minute hour day month weekday), or 6 with seconds first';
  }
  try {
    if (proven.get(expression)) return undefined;
    if (scheduleOf(expression).nextRun(new Date(0)) === null) return 'never comes true';
    proven.set(expression, true);
    return undefined;
  } catch (error) {
    return `is not a cron expression: ${errorMessage(error).replace(/^CronPattern: /, '')}`;
  }
}

/**
 * The first instant after `after` at which clocks in the zone show a matching time. The schedule is one of wall
 * times: a time that clocks skip fires at the end of the gap, a time that they show twice fires the first time.
 */
export function nextCron(expression: string, zone: string, after: Date): Date | undefined {
  const key = `${after.getTime()} ${zone} ${expression}`;
  const known = instants.get(key);
  if (known) return new Date(known);
  const instant = findNext(expression, zone, after);
  if (instant) instants.set(key, new Date(instant));
  return instant;
}

function findNext(expression: string, zone: string, after: Date): Date | undefined {
  const schedule = scheduleOf(expression);
  let wall: Date | null = wallAfter(after, zone);
  while ((wall = schedule.nextRun(wall)) !== null) {
    const instant = instantOf(wall, zone);
    if (instant > after) return instant;
  }
  return undefined;
}

/** The wall time of `after`; while clocks show an hour again, that at which new times begin. */
function wallAfter(after: Date, zone: string): Date {
  const wall = wallTime(after, zone);
  if (instantOf(wall, zone) >= after) return wall;
  let end = Math.ceil((wall.getTime() + 1) / QUARTER_HOUR) * QUARTER_HOUR;
  for (let quarters = 0; quarters < MAX_AMBIGUOUS_QUARTERS; quarters++) {
    if (instantOf(new Date(end), zone) > after) break;
    end += QUARTER_HOUR;
  }
  return new Date(end - SECOND);
}

/** Evaluated in UTC, on wall times: zones are not its business. */
function scheduleOf(expression: string): Cron {
  const known = schedules.get(expression);
  if (known) return known;
  const schedule = new Cron(expression.trim(), { utcOffset: 0, paused: true, mode: '5-or-6-parts' });
  schedules.set(expression, schedule);
  return schedule;
}
