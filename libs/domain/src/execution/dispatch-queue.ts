import { sha256 } from '../sha256.js';
import { isMap } from '../value-kind.js';
import type { Placement } from '../worker/placement.js';

/** Of the digest that tells placements apart: 48 bits. */
const HASH_LENGTH = 12;

/**
 * `dispatch.shell`, or `dispatch.shell.<hash>` when the placement demands something. Equal demands give the same
 * name, whatever the order of their keys; `runtime` is a runtime's short name, or its ref for those of packs.
 */
export function dispatchQueueName(runtime: string, placement?: Placement): string {
  const demands = canonical(placement ?? {});
  return demands === undefined
    ? `dispatch.${runtime}`
    : `dispatch.${runtime}.${sha256(demands).slice(0, HASH_LENGTH)}`;
}

/** JSON with sorted keys and without what demands nothing: null, `{}`, `[]`. Undefined when nothing is left. */
function canonical(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : `[${value.map((item) => canonical(item) ?? 'null').join(',')}]`;
  }
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const text = canonical(value[key]);
      return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
    });
  return entries.length === 0 ? undefined : `{${entries.join(',')}}`;
}
