import { Duration } from '../../duration.js';
import { kindOf, setKey } from '../../value-kind.js';
import { charge } from '../frame.js';
import type { Frame } from '../frame.js';
import { asText } from '../text.js';
import { fn, functionError, variadic } from './expression-function.js';
import type { FunctionTable } from './expression-function.js';

const TRUTHS: Readonly<Record<string, boolean>> = { true: true, '1': true, yes: true, on: true };
const UNTRUTHS: Readonly<Record<string, boolean>> = { false: true, '0': true, no: true, off: true };
const INTEGER = /^[+-]?\d{1,16}$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

const double = fn(['any'], (_frame, value) => toDouble(value));
const typeOf = fn(['any'], (_frame, value) => kindOf(value));

/** Conversions, maps and rounding. */
export const valueFunctions: FunctionTable = {
  type_of: typeOf,
  type: typeOf,
  int: fn(['any'], (_frame, value) => toInteger(value)),
  double,
  number: double,
  string: fn(['any'], (frame, value) => (value === null ? 'null' : asText(value, frame))),
  bool: fn(['any'], (_frame, value) => toBoolean(value)),
  dyn: fn(['any'], (_frame, value) => value),
  keys: fn(['map'], (_frame, map) => Object.keys(map)),
  values: fn(['map'], (_frame, map) => Object.values(map)),
  merge: variadic(['map'], merge),
  abs: fn(['number'], (_frame, value) => Math.abs(value)),
  floor: fn(['number'], (_frame, value) => Math.floor(value)),
  ceil: fn(['number'], (_frame, value) => Math.ceil(value)),
  round: fn(['number', 'integer?'], (_frame, value, digits) => round(value, digits)),
};

/** Towards zero; texts must be whole numbers already; times are seconds since 1970. */
function toInteger(value: unknown): number {
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : scalarNumber(value);
  const integer = Math.trunc(number ?? Number.NaN);
  if (Number.isSafeInteger(integer)) return integer + 0;
  throw functionError(`cannot make an integer of this ${kindOf(value)}`);
}

function toDouble(value: unknown): number {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : scalarNumber(value);
  if (number !== undefined && Number.isFinite(number)) return number;
  throw functionError(`cannot make a number of this ${kindOf(value)}`);
}

function scalarNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.getTime() / 1000;
  return value instanceof Duration ? value.milliseconds / 1000 : undefined;
}

function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
  if (Object.hasOwn(TRUTHS, word)) return true;
  if (Object.hasOwn(UNTRUTHS, word)) return false;
  throw functionError(
    `cannot make true or false of this ${kindOf(value)}; true, 1, yes, on and their opposites do`,
  );
}

/** Later maps win. */
function merge(frame: Frame, ...maps: readonly unknown[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const map of maps) {
    if (kindOf(map) !== 'map') throw functionError(`needs maps, not a ${kindOf(map)}`);
    const entries = Object.entries(map as object);
    charge(frame, entries.length);
    for (const [key, value] of entries) setKey(merged, key, value);
  }
  return merged;
}

function round(value: number, digits = 0): number {
  if (digits < 0 || digits > 15) throw functionError('digits are between 0 and 15');
  const rounded = Number(`${Math.round(Number(`${value}e${digits}`))}e-${digits}`);
  return Number.isFinite(rounded) ? rounded : value;
}
