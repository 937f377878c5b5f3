import { instantOf } from '../../zone.js';
import { functionError } from './expression-function.js';
import { monthNumber } from './time-format.js';

/** RFC 3339 and the forms of ISO 8601 that are in use: a date, a time to the minute or finer, an offset or none. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Larger numbers are milliseconds: as seconds they would lie in the year 5138 or later. */
const LARGEST_SECONDS = 1e11;
const MAX_TIME = 8.64e15;

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** Minutes ahead of UTC. */
  offset?: number;
  afternoon?: boolean;
  epochSeconds?: number;
}

type Reader = readonly [pattern: string, read: (fields: Fields, text: string) => void];

const readers: Readonly<Record<string, Reader>> = {
  Y: ['\\d{4}', (fields, text) => void (fields.year = Number(text))],
  y: ['\\d{2}', (fields, text) => void (fields.year = Number(text) + (Number(text) < 70 ? 2000 : 1900))],
  m: ['\\d{1,2}', (fields, text) => void (fields.month = Number(text))],
  b: ['[A-Za-z]{3}', readMonthName],
  B: ['[A-Za-z]{3,9}', readMonthName],
  d: ['\\d{1,2}', (fields, text) => void (fields.day = Number(text))],
  e: [' ?\\d{1,2}', (fields, text) => void (fields.day = Number(text))],
  H: ['\\d{1,2}', (fields, text) => void (fields.hour = Number(text))],
  I: ['\\d{1,2}', (fields, text) => void (fields.hour = Number(text) % 12)],
  p: ['[AaPp][Mm]', (fields, text) => void (fields.afternoon = text.toLowerCase() === 'pm')],
  M: ['\\d{1,2}', (fields, text) => void (fields.minute = Number(text))],
  S: ['\\d{1,2}', (fields, text) => void (fields.second = Number(text))],
  L: ['\\d{3}', (fields, text) => void (fields.millisecond = Number(text))],
  a: ['[A-Za-z]{3}', () => undefined],
  A: ['[A-Za-z]{6,9}', () => undefined],
  z: ['Z|[+-]\\d{2}:?\\d{2}', (fields, text) => void (fields.offset = offsetMinutes(text))],
  s: ['\\d{1,12}', (fields, text) => void (fields.epochSeconds = Number(text))],
  '%': ['%', () => undefined],
};

/** A time in a zone, by strptime's directives or as ISO 8601; an offset in the text outweighs the zone. */
export function parseTime(text: string, format: string | undefined, zone: string): Date {
  const fields = format === undefined ? isoFields(text) : formattedFields(text, format);
  if (fields.epochSeconds !== undefined) return new Date(fields.epochSeconds * 1000);
  if (fields.afternoon === true) fields.hour += 12;
  const wall = wallOf(fields);
  if (fields.offset === undefined) return instantOf(wall, zone);
  return new Date(wall.getTime() - fields.offset * 60_000);
}

/** Seconds since 1970, or milliseconds when that is what the size says. */
export function timeOfNumber(value: number): Date {
  const milliseconds = Math.abs(value) < LARGEST_SECONDS ? value * 1000 : value;
  if (!(Math.abs(milliseconds) <= MAX_TIME)) throw functionError('this number is no time');
  return new Date(milliseconds);
}

function isoFields(text: string): Fields {
  const found = ISO.exec(text.trim());
  if (!found) {
    throw functionError(
      'this text is not a time such as 2026-01-31T09:00:00Z; give its format, as in "%d.%m.%Y"',
    );
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', part = '0', offset] = found;
  const fields: Fields = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Math.floor(Number(`0.${part}`) * 1000),
  };
  if (offset !== undefined) fields.offset = offsetMinutes(offset);
  return fields;
}

function formattedFields(text: string, format: string): Fields {
  const fields: Fields = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
  let rest = text.trim();
  for (const [piece, letter] of format.trim().matchAll(/%(.)|[^%]+/g)) {
    const reader = letter === undefined ? literal(piece) : readerOf(letter);
    const found = new RegExp(`^(?:${reader[0]})`).exec(rest)?.[0];
    if (found === undefined) throw functionError(`this text does not have the format at ${piece}`);
    reader[1](fields, found);
    rest = rest.slice(found.length);
  }
  if (rest !== '') throw functionError('this text goes on after the end of the format');
  return fields;
}

function readerOf(letter: string): Reader {
  const reader = Object.hasOwn(readers, letter) ? readers[letter] : undefined;
  if (reader) return reader;
  const known = Object.keys(readers).map((name) => `%${name}`);
  throw functionError(`unknown directive %${letter}; there are ${known.join(' ')}`);
}

function literal(piece: string): Reader {
  return [piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), () => undefined];
}

function readMonthName(fields: Fields, text: string): void {
  const month = monthNumber(text);
  if (month === undefined) throw functionError('this text has no English name of a month');
  fields.month = month;
}

function offsetMinutes(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}

/** Refuses the 31st of February and the 25th hour instead of rolling them over. */
function wallOf(fields: Fields): Date {
  const { year, month, day, hour, minute, second, millisecond } = fields;
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second, millisecond);
  const kept = [wall.getUTCMonth() + 1, wall.getUTCDate(), wall.getUTCHours(), wall.getUTCMinutes()];
  const isReal = [month, day, hour, minute].every((part, index) => part === kept[index]);
  if (!isReal || second > 59) throw functionError('there is no such time');
  return wall;
}
