import { memberPath } from '../path.js';
import { setKey } from '../value-kind.js';
import { limitedDepth } from './frame.js';

export function hasTemplate(value: unknown): value is string {
  return typeof value === 'string' && value.includes('{{');
}

/** The value with another one for every text that may hold a template; the others are shared. */
export function mapStrings(
  value: unknown,
  path: string,
  change: (text: string, path: string) => unknown,
  depth = 0,
): unknown {
  if (typeof value === 'string') return value.includes('{{') ? change(value, path) : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  limitedDepth(depth);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapStrings(item, memberPath(path, index), change, depth + 1));
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    setKey(copy, key, mapStrings(item, memberPath(path, key), change, depth + 1));
  }
  return copy;
}
