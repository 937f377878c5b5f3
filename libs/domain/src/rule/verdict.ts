import type { Clause } from './clause.js';

/** Holds, does not hold, or cannot be said, and why. */
export type Verdict = boolean | { error: string };

/** What conditions are evaluated on; clauses are added in the order of the conditions. */
export interface Scope {
  /** Where fields of the list form start: the payload, or an element that `search` looks at. */
  readonly payload: unknown;
  /** Of expressions. */
  readonly context: Record<string, unknown>;
  readonly now: Date;
  readonly clauses: Clause[];
}

export type Condition = (scope: Scope) => Verdict;

/** Every part is evaluated, so that every clause is told; a part that fails outweighs parts that cannot be said. */
export function allOf(conditions: readonly Condition[]): Condition {
  return (scope) => combined(conditions, scope, false);
}

/** Likewise; a part that holds outweighs the rest. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return (scope) => combined(conditions, scope, true);
}

export function negatedIf(isNegated: boolean, verdict: boolean): boolean {
  return isNegated ? !verdict : verdict;
}

function combined(conditions: readonly Condition[], scope: Scope, decisive: boolean): Verdict {
  let result: Verdict = !decisive;
  for (const condition of conditions) {
    const verdict = condition(scope);
    if (verdict === decisive) result = decisive;
    else if (typeof verdict === 'object' && result === !decisive) result = verdict;
  }
  return result;
}
