import { LruCache } from './lru-cache.js';

/** A time as a clock on the wall of a zone shows it, kept as the Date that UTC would show so. */
export type WallTime = Date;

const DAY = 86_400_000;

/** Clocks are asked once per day, on days of change once per quarter of an hour: asking is slow. */
const SPANS = [DAY, 900_000];

const formatters = new LruCache<string, Intl.DateTimeFormat>(100);
const offsets = new LruCache<string, number>(20_000);

export function isTimezone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Throws RangeError when the zone is unknown. */
export function wallTime(instant: Date, zone: string): WallTime {
  return new Date(instant.getTime() + zoneOffset(instant, zone));
}

/** Milliseconds that the zone's clocks are ahead of UTC at that instant. */
export function zoneOffset(instant: Date, zone: string): number {
  const time = instant.getTime();
  for (const span of SPANS) {
    const offset = constantOffset(zone, span, Math.floor(time / span));
    if (!Number.isNaN(offset)) return offset;
  }
  return exactOffset(time, zone);
}

/**
 * The instant at which clocks in the zone show `wall`. A time that occurs twice is the first one;
 * a time that is skipped is the instant at which clocks are put forward.
 */
export function instantOf(wall: WallTime, zone: string): Date {
  const dayBefore = zoneOffset(new Date(wall.getTime() - DAY), zone);
  const dayAfter = zoneOffset(new Date(wall.getTime() + DAY), zone);
  const first = new Date(wall.getTime() - Math.max(dayBefore, dayAfter));
  if (wallTime(first, zone).getTime() === wall.getTime()) return first;
  const second = new Date(wall.getTime() - Math.min(dayBefore, dayAfter));
  if (wallTime(second, zone).getTime() === wall.getTime()) return second;
  return endOfGap(first, second, wall, zone);
}

/** Between `low` (clocks still show less than `wall`) and `high` (they show more) they are put forward. */
function endOfGap(low: Date, high: Date, wall: WallTime, zone: string): Date {
  let [before, after] = [low.getTime(), high.getTime()];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallTime(new Date(middle), zone).getTime() < wall.getTime()) before = middle;
    else after = middle;
  }
  return new Date(after);
}

/** The offset all through one span of time; NaN when it changes within. */
function constantOffset(zone: string, span: number, index: number): number {
  const key = `${zone} ${span} ${index}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = exactOffset(index * span, zone);
  const constant = exactOffset((index + 1) * span - 1, zone) === offset ? offset : Number.NaN;
  offsets.set(key, constant);
  return constant;
}

function exactOffset(time: number, zone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(time)) parts[type] = Number(value);
  const wall = new Date(0);
  wall.setUTCFullYear(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day);
  wall.setUTCHours(parts.hour ?? 0, parts.minute, parts.second);
  return wall.getTime() - Math.floor(time / 1000) * 1000;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, formatter);
  return formatter;
}
