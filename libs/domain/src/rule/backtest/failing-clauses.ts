import type { Clause } from '../clause.js';

const mostClauses = 100;

/** How often a clause was the first that failed. */
export interface ClauseCount {
  path: string;
  operator: string;
  expected: unknown;
  count: number;
  /** An event it failed on. */
  event: number;
}

/** Of conditions that hold, negated, there is no clause that fails: they are counted together. */
const negated: Clause = { path: '', operator: 'not', expected: undefined, actual: undefined, ok: false };

/** Non-matches by the first clause that failed. What comes after a hundred different clauses is not told apart. */
export function countFailingClauses() {
  const byKey = new Map<string, ClauseCount>();
  return {
    count: (event: number, clauses: readonly Clause[]): void => {
      const { path, operator, expected } = clauses.find(({ ok }) => !ok) ?? negated;
      const key = JSON.stringify([path, operator, expected]);
      const known = byKey.get(key);
      if (known !== undefined) known.count += 1;
      else if (byKey.size < mostClauses) byKey.set(key, { path, operator, expected, count: 1, event });
    },
    /** Most frequent first. */
    most: (): ClauseCount[] => [...byKey.values()].toSorted((a, b) => b.count - a.count),
  };
}
