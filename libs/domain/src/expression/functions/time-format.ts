import { wallTime, zoneOffset } from '../../zone.js';
import { functionError } from './expression-function.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DIRECTIVE = /%(.)/g;
const DAY = 86_400_000;

interface Moment {
  instant: Date;
  /** Read through getUTC…: what clocks of the zone show. */
  wall: Date;
  offsetMs: number;
}

type Directive = (moment: Moment) => string;

const directives: Readonly<Record<string, Directive>> = {
  Y: ({ wall }) => digits(wall.getUTCFullYear(), 4),
  y: ({ wall }) => digits(wall.getUTCFullYear() % 100),
  m: ({ wall }) => digits(wall.getUTCMonth() + 1),
  d: ({ wall }) => digits(wall.getUTCDate()),
  e: ({ wall }) => String(wall.getUTCDate()),
  H: ({ wall }) => digits(wall.getUTCHours()),
  I: ({ wall }) => digits(wall.getUTCHours() % 12 || 12),
  M: ({ wall }) => digits(wall.getUTCMinutes()),
  S: ({ wall }) => digits(wall.getUTCSeconds()),
  L: ({ wall }) => digits(wall.getUTCMilliseconds(), 3),
  p: ({ wall }) => (wall.getUTCHours() < 12 ? 'AM' : 'PM'),
  a: ({ wall }) => DAYS[wall.getUTCDay()]!.slice(0, 3),
  A: ({ wall }) => DAYS[wall.getUTCDay()]!,
  b: ({ wall }) => MONTHS[wall.getUTCMonth()]!.slice(0, 3),
  B: ({ wall }) => MONTHS[wall.getUTCMonth()]!,
  j: ({ wall }) => digits(dayOfYear(wall), 3),
  u: ({ wall }) => String(wall.getUTCDay() || 7),
  w: ({ wall }) => String(wall.getUTCDay()),
  z: ({ offsetMs }) => offsetText(offsetMs),
  s: ({ instant }) => String(Math.floor(instant.getTime() / 1000)),
  F: ({ wall }) => wall.toISOString().slice(0, -14),
  T: ({ wall }) => wall.toISOString().slice(-13, -5),
  '%': () => '%',
};

/** strftime's directives in a zone; without a format ISO 8601 with the zone's offset. */
export function formatTime(instant: Date, format: string | undefined, zone: string): string {
  const moment = { instant, wall: wallTime(instant, zone), offsetMs: zoneOffset(instant, zone) };
  if (format === undefined) return isoText(moment);
  return format.replace(DIRECTIVE, (whole, letter: string) => {
    const directive = Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (directive) return directive(moment);
    throw functionError(`unknown directive ${whole}; there are ${knownDirectives()}`);
  });
}

/** 1 for the first of January. */
export function dayOfYear(wall: Date): number {
  return Math.round((midnight(wall) - Date.UTC(wall.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

export function knownDirectives(): string {
  return Object.keys(directives)
    .map((letter) => `%${letter}`)
    .join(' ');
}

export function monthNumber(name: string): number | undefined {
  const wanted = name.slice(0, 3).toLowerCase();
  const index = MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === wanted);
  return index < 0 ? undefined : index + 1;
}

function midnight(wall: Date): number {
  return Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
}

function isoText({ wall, offsetMs }: Moment): string {
  const text = wall
    .toISOString()
    .slice(0, -1)
    .replace(/\.000$/, '');
  return offsetMs === 0 ? `${text}Z` : text + offsetText(offsetMs);
}

function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  return `${offsetMs < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}

function digits(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
