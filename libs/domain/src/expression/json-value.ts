import { Duration } from '../duration.js';
import { SecretValue } from '../secret/secret-value.js';
import { aKindOf, isMap, setKey } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { Failure } from './failure.js';
import { charge, limitedDepth } from './frame.js';
import type { Frame } from './frame.js';

/**
 * A result as JSON has it: times and durations become text, what JSON cannot hold is an error.
 * Whatever needs no change is shared, not copied.
 */
export function jsonValue(value: unknown, frame: Frame, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      break;
    case 'undefined':
      return null;
    case 'object':
      return jsonObject(value, frame, depth);
    default:
  }
  throw new Failure('value', '', `the result holds ${aKindOf(value)} that JSON cannot express`);
}

function jsonObject(value: object | null, frame: Frame, depth: number): unknown {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Duration) return value.toString();
  if (value instanceof SecretValue)
    throw new Failure('value', '', 'a secret can only be passed on by itself');
  limitedDepth(depth);
  if (Array.isArray(value)) return jsonList(value, frame, depth);
  if (isMap(value)) return jsonMap(value, frame, depth);
  throw new Failure('value', '', 'the result holds something that JSON cannot express');
}

/** Copied from the first element on that changes. */
function jsonList(list: readonly unknown[], frame: Frame, depth: number): readonly unknown[] {
  charge(frame, list.length);
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const converted = jsonValue(list[index], frame, depth + 1);
    if (copy === undefined && converted !== list[index]) copy = list.slice(0, index);
    copy?.push(converted);
  }
  return copy ?? list;
}

function jsonMap(map: JsonObject, frame: Frame, depth: number): JsonObject {
  const keys = Object.keys(map);
  charge(frame, keys.length);
  let copy: Record<string, unknown> | undefined;
  for (const key of keys) {
    const converted = jsonValue(map[key], frame, depth + 1);
    if (converted === map[key]) continue;
    copy ??= copyOf(map);
    setKey(copy, key, converted);
  }
  return copy ?? map;
}

function copyOf(map: JsonObject): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(map)) setKey(copy, key, map[key]);
  return copy;
}
