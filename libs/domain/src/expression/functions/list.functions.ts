import { kindOf } from '../../value-kind.js';
import { orderOf } from '../binary-operators.js';
import { hasElement, isEqual, isMember } from '../equality.js';
import { charge, limitListLength } from '../frame.js';
import type { Frame } from '../frame.js';
import { fn, functionError, variadic } from './expression-function.js';
import type { FunctionTable } from './expression-function.js';

const length = fn(['any'], (_frame, value) => lengthOf(value));
const flatten = fn(['list', 'integer?'], (frame, list, depth) => flat(frame, list, depth));

export const listFunctions: FunctionTable = {
  length,
  size: length,
  first: fn(['list'], (_frame, list) => list[0] ?? null),
  last: fn(['list'], (_frame, list) => list.at(-1) ?? null),
  sort: fn(['list'], sort),
  reversed: fn(['any'], (frame, value) => reversed(frame, value)),
  unique: fn(['list'], unique),
  flatten,
  flat: flatten,
  sum: fn(['list'], (_frame, list) => list.reduce((total: number, item) => total + numberIn(item), 0)),
  min: variadic(['any'], (_frame, ...values) => extreme(values, -1)),
  max: variadic(['any'], (_frame, ...values) => extreme(values, 1)),
  zip: variadic(['list'], (frame, ...lists) => zip(frame, lists)),
  range: fn(['integer', 'integer?', 'integer?'], range),
  chunks: fn(['list', 'integer'], chunks),
  slice: fn(['any', 'integer', 'integer?'], (_frame, value, start, end) =>
    sliceable(value).slice(start, end),
  ),
  count: fn(
    ['list', 'any'],
    (frame, list, wanted) => list.filter((item) => isEqual(item, wanted, frame)).length,
  ),
  contains: fn(['any', 'any'], (frame, holder, wanted) => contains(frame, holder, wanted)),
};

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (kindOf(value) === 'map') return Object.keys(value as object).length;
  throw functionError(`needs a string, a list or a map, not a ${kindOf(value)}`);
}

function sort(frame: Frame, list: readonly unknown[]): unknown[] {
  charge(frame, list.length * 16);
  return [...list].sort((left, right) => orderOf(left, right) ?? notComparable(left, right));
}

function notComparable(left: unknown, right: unknown): never {
  throw functionError(`cannot order a ${kindOf(left)} and a ${kindOf(right)}`);
}

function reversed(frame: Frame, value: unknown): unknown {
  const source = sliceable(value);
  charge(frame, source.length);
  return typeof source === 'string' ? Array.from(source).reverse().join('') : [...source].reverse();
}

function sliceable(value: unknown): string | readonly unknown[] {
  if (typeof value === 'string' || Array.isArray(value)) return value as string | readonly unknown[];
  throw functionError(`needs a string or a list, not a ${kindOf(value)}`);
}

/** Scalars by hash, so that long lists of them stay cheap; lists and maps one by one. */
function unique(frame: Frame, list: readonly unknown[]): unknown[] {
  const scalars = new Set<unknown>();
  const nested: unknown[] = [];
  return list.filter((item) => {
    if (typeof item !== 'object' || item === null) {
      if (scalars.has(item)) return false;
      scalars.add(item);
      return true;
    }
    if (hasElement(nested, item, frame)) return false;
    nested.push(item);
    return true;
  });
}

function flat(frame: Frame, list: readonly unknown[], depth = 1): readonly unknown[] {
  if (depth < 1) return list;
  const flattened: unknown[] = [];
  for (const item of list) {
    const items = Array.isArray(item) ? flat(frame, item, depth - 1) : [item];
    charge(frame, items.length);
    for (const element of items) flattened.push(element);
    limitListLength(flattened.length);
  }
  return flattened;
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  const candidates: readonly unknown[] = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  if (candidates.length === 0) throw functionError('there is nothing to choose from');
  return candidates.reduce((best, candidate) => {
    const difference = orderOf(candidate, best) ?? notComparable(candidate, best);
    return difference * sign > 0 ? candidate : best;
  });
}

function numberIn(item: unknown): number {
  if (typeof item === 'number') return item;
  throw functionError(`needs a list of numbers; this one holds a ${kindOf(item)}`);
}

/** As long as the shortest. */
function zip(frame: Frame, lists: readonly unknown[]): unknown[][] {
  const columns = lists.map((list) => sliceable(list));
  const rows = Math.min(...columns.map((column) => column.length));
  charge(frame, rows * columns.length);
  return Array.from({ length: rows }, (_, row) => columns.map((column) => column[row]));
}

function range(frame: Frame, first: number, end: number | undefined, step = 1): number[] {
  const [start, stop] = end === undefined ? [0, first] : [first, end];
  if (step === 0) throw functionError('a step of 0 never ends');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  limitListLength(count);
  charge(frame, count);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function chunks(frame: Frame, list: readonly unknown[], size: number): unknown[][] {
  if (size < 1) throw functionError('the size of a chunk is at least 1');
  charge(frame, list.length);
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

function contains(frame: Frame, holder: unknown, wanted: unknown): boolean {
  const found = isMember(wanted, holder, frame);
  if (found === undefined) throw functionError(`a ${kindOf(holder)} cannot contain a ${kindOf(wanted)}`);
  return found;
}
