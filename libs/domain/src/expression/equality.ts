import { Duration } from '../duration.js';
import { SecretValue } from '../secret/secret-value.js';
import { isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { Failure } from './failure.js';
import { charge, limitedDepth } from './frame.js';
import type { Frame } from './frame.js';

/**
 * Deep and strict: values of different kinds are never equal, `1` and `1.0` are the same number. A secret is compared
 * with nothing, as its value is not known here.
 */
export function isEqual(left: unknown, right: unknown, frame: Frame, depth = 0): boolean {
  refuseSecret(left);
  refuseSecret(right);
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  limitedDepth(depth);
  if (Array.isArray(left) || Array.isArray(right)) return areListsEqual(left, right, frame, depth);
  return isMap(left) ? areMapsEqual(left, right, frame, depth) : areSameMoment(left, right);
}

/** An element of a list, a key of a map, a part of a text; undefined when the right side can hold nothing. */
export function isMember(left: unknown, right: unknown, frame: Frame): boolean | undefined {
  if (Array.isArray(right)) return hasElement(right, left, frame);
  if (isMap(right)) return typeof left === 'string' && Object.hasOwn(right, left);
  if (typeof left === 'string' && typeof right === 'string') {
    charge(frame, right.length >> 6);
    return right.includes(left);
  }
  return undefined;
}

export function hasElement(list: readonly unknown[], wanted: unknown, frame: Frame): boolean {
  charge(frame, list.length);
  return list.some((element) => isEqual(element, wanted, frame));
}

function refuseSecret(value: unknown): void {
  if (!(value instanceof SecretValue)) return;
  throw new Failure('value', '', 'a secret cannot be compared: it is opened only where an action runs');
}

function areListsEqual(left: object, right: object, frame: Frame, depth: number): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  charge(frame, left.length);
  return left.every((element, index) => isEqual(element, right[index], frame, depth + 1));
}

function areMapsEqual(left: JsonObject, right: object, frame: Frame, depth: number): boolean {
  if (!isMap(right)) return false;
  const keys = Object.keys(left);
  charge(frame, keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key], frame, depth + 1));
}

function areSameMoment(left: object, right: object): boolean {
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (!(left instanceof Duration && right instanceof Duration)) return false;
  return left.milliseconds === right.milliseconds;
}
