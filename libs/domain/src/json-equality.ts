import { isEqual } from './expression/equality.js';

/** Deep equality of JSON values: kinds are told apart, the order of keys does not matter. */
export function isDeepEqual(left: unknown, right: unknown): boolean {
  return isEqual(left, right, { context: {}, locals: [], steps: Number.NEGATIVE_INFINITY });
}
