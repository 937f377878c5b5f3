import { LruCache } from './lru-cache.js';

/** A time as a clock on the wall of a zone shows it, kept as the Date that UTC would show so. */
export type WallTime = Date;

const formatters = new LruCache<string, Intl.DateTimeFormat>(100);

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
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const wall = new Date(0);
  wall.setUTCFullYear(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day);
  wall.setUTCHours(parts.hour ?? 0, parts.minute, parts.second, milliseconds(instant));
  return wall;
}

/** Milliseconds that the zone's clocks are ahead of UTC at that instant. */
export function zoneOffset(instant: Date, zone: string): number {
  return wallTime(instant, zone).getTime() - instant.getTime();
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

const DAY = 86_400_000;

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

function milliseconds(instant: Date): number {
  return ((instant.getTime() % 1000) + 1000) % 1000;
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
