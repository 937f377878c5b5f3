import { Duration, parseDuration } from '../../duration.js';
import { kindOf } from '../../value-kind.js';
import { isTimezone, wallTime } from '../../zone.js';
import { fn, functionError } from './expression-function.js';
import type { ExpressionFunction, FunctionTable } from './expression-function.js';
import { dayOfYear, formatTime } from './time-format.js';
import { parseTime, timeOfNumber } from './time-parse.js';

const parse = fn(['any', 'string?', 'string?'], (_frame, value, format, zone) => timeOf(value, format, zone));

/** `now()` is not here: only a context can say what time it is. */
export const timeFunctions: FunctionTable = {
  parse_time: parse,
  timestamp: parse,
  format_time: fn(['time', 'string?', 'string?'], (_frame, time, format, zone) =>
    formatTime(time, format, knownZone(zone)),
  ),
  duration: fn(['any'], (_frame, value) => durationOf(value)),
  getFullYear: field((wall) => wall.getUTCFullYear()),
  /** From 0, as CEL has it. */
  getMonth: field((wall) => wall.getUTCMonth()),
  getDate: field((wall) => wall.getUTCDate()),
  /** From 0, as CEL has it. */
  getDayOfMonth: field((wall) => wall.getUTCDate() - 1),
  getDayOfWeek: field((wall) => wall.getUTCDay()),
  getDayOfYear: field((wall) => dayOfYear(wall) - 1),
  getHours: field((wall) => wall.getUTCHours(), 3_600_000),
  getMinutes: field((wall) => wall.getUTCMinutes(), 60_000),
  getSeconds: field((wall) => wall.getUTCSeconds(), 1000),
  getMilliseconds: field((wall) => wall.getUTCMilliseconds(), 1),
};

function timeOf(value: unknown, format: string | undefined, zone: string | undefined): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return timeOfNumber(value);
  if (typeof value === 'string') return parseTime(value, format, knownZone(zone));
  throw functionError(`needs a text or a number, not a ${kindOf(value)}`);
}

function durationOf(value: unknown): Duration {
  if (value instanceof Duration) return value;
  if (typeof value === 'number') return new Duration(value * 1000);
  const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (milliseconds === undefined) throw functionError('needs a duration such as 90s, 1h30m or 2d');
  return new Duration(milliseconds);
}

/** A field of a time in a zone; of a duration, the whole of it in that unit. */
function field(read: (wall: Date) => number, unitMs?: number): ExpressionFunction {
  return fn(['any', 'string?'], (_frame, value, zone) => {
    if (value instanceof Date) return read(wallTime(value, knownZone(zone)));
    if (value instanceof Duration && unitMs !== undefined) return Math.trunc(value.milliseconds / unitMs);
    throw functionError(`needs a timestamp, not a ${kindOf(value)}; parse_time() makes one of a text`);
  });
}

function knownZone(zone = 'UTC'): string {
  if (isTimezone(zone)) return zone;
  throw functionError('unknown time zone; zones are named as in Europe/Berlin');
}
