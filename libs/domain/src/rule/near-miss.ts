import { didYouMean } from '../nearest.js';
import { memberPath } from '../path.js';
import { aKindOf, isMap, kindOf } from '../value-kind.js';
import type { FieldPath } from './field-path.js';
import { readField } from './field-path.js';

const INDEXED_FIELDS = 1000;
const PREFIXES = [['event', 'payload'], ['payload'], ['trigger'], ['event']];

/** Where each field name occurs in a payload; made once per event, whatever number of rules ask. */
const indexes = new WeakMap<object, ReadonlyMap<string, string>>();

/** Why two values that a person may take for equal are not; undefined when they are plainly different. */
export function nearMissOfValues(expected: unknown, actual: unknown): string | undefined {
  const [left, right] = [kindOf(expected), kindOf(actual)];
  if (left !== right) return mismatch(expected, actual);
  if (typeof expected !== 'string' || typeof actual !== 'string') return undefined;
  if (expected.toLowerCase() === actual.toLowerCase()) return 'they differ in case only (iequals ignores it)';
  return expected.trim() === actual.trim() ? 'they differ in white space only' : undefined;
}

/** For a field that is not there: what stands in its place, or where else the payload has one of that name. */
export function nearMissOfPath(payload: unknown, path: FieldPath): string {
  const known = path.findIndex((_, index) => readField(payload, path.slice(0, index + 1)) === undefined);
  const container = readField(payload, path.slice(0, known));
  const name = String(path[known]);
  const where = known === 0 ? 'the payload' : `'${path.slice(0, known).join('.')}'`;
  const elsewhere = withoutPrefix(payload, path) ?? otherPlace(payload, String(path.at(-1)));
  if (elsewhere !== undefined) return `${where} has no '${name}'; did you mean '${elsewhere}'?`;
  if (!isMap(container)) return `${where} is ${aKindOf(container)} and has no '${name}'`;
  const guess = didYouMean(name, Object.keys(container));
  return `${where} has no '${name}'${guess === undefined ? '' : `; ${guess}`}`;
}

function mismatch(expected: unknown, actual: unknown): string | undefined {
  if (actual === null) return 'it is null';
  const alike = readsAs(expected, actual) || readsAs(actual, expected) ? ' that reads the same' : '';
  return `it is ${aKindOf(actual)}${alike}, compared with ${aKindOf(expected)}`;
}

function readsAs(text: unknown, value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'boolean') && text === String(value);
}

/** A field of the list form starts in the payload: `event.payload.x` and `trigger.x` are written elsewhere. */
function withoutPrefix(payload: unknown, path: FieldPath): string | undefined {
  for (const prefix of PREFIXES) {
    const isPrefixed = path.length > prefix.length && prefix.every((part, index) => path[index] === part);
    if (isPrefixed && readField(payload, path.slice(prefix.length)) !== undefined) {
      return path.slice(prefix.length).join('.');
    }
  }
  return undefined;
}

function otherPlace(payload: unknown, name: string): string | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  let index = indexes.get(payload);
  if (!index) {
    index = indexOf(payload);
    indexes.set(payload, index);
  }
  return index.get(name);
}

/** Breadth first, so that of several fields of one name the outermost is offered; large payloads only in part. */
function indexOf(payload: object): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  const waiting: { value: object; path: string }[] = [{ value: payload, path: '' }];
  for (let next = waiting.shift(); next && index.size < INDEXED_FIELDS; next = waiting.shift()) {
    for (const [key, value] of Object.entries(next.value).slice(0, INDEXED_FIELDS)) {
      const path = Array.isArray(next.value)
        ? memberPath(next.path, Number(key))
        : memberPath(next.path, key);
      if (!index.has(key)) index.set(key, path);
      if (typeof value === 'object' && value !== null && waiting.length < INDEXED_FIELDS) {
        waiting.push({ value: value as object, path });
      }
    }
  }
  return index;
}
