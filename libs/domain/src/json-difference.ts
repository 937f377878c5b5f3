import { isDeepEqual } from './json-equality.js';
import { memberPath } from './path.js';

/** One place where two JSON documents differ. Without `before` it was added, without `after` removed. */
export interface JsonDifference {
  /** `conditions[0].value`; '' is the whole document. */
  path: string;
  before?: unknown;
  after?: unknown;
}

/** The smallest parts that differ, in order of path; members of lists are compared by their place. */
export function jsonDifferences(before: unknown, after: unknown, path = ''): JsonDifference[] {
  if (isDeepEqual(before, after)) return [];
  const keys = sharedKeys(before, after);
  if (keys === undefined) return [{ path, before, after }];
  return keys.flatMap((key) => memberDifferences([before, after] as [object, object], key, path));
}

function memberDifferences(
  [before, after]: [object, object],
  key: string | number,
  path: string,
): JsonDifference[] {
  const place = memberPath(path, key);
  const member = (of: object) => (of as Record<string | number, unknown>)[key];
  if (!Object.hasOwn(before, key)) return [{ path: place, after: member(after) }];
  if (!Object.hasOwn(after, key)) return [{ path: place, before: member(before) }];
  return jsonDifferences(member(before), member(after), place);
}

/** Keys of both, when both are lists or both are objects. */
function sharedKeys(before: unknown, after: unknown): (string | number)[] | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
  }
  if (!isObject(before) || !isObject(after)) return undefined;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
