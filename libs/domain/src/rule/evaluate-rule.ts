import type { ErrorDetail } from '../errors.js';

export interface RuleEvent {
  id: number;
  trigger: string;
  payload: unknown;
  created: Date;
}

/** One condition as it stood when it was evaluated. `note` says what came close, or why there was nothing to compare. */
export interface Clause {
  path: string;
  operator: string;
  expected: unknown;
  actual: unknown;
  ok: boolean;
  note?: string;
}

export interface RuleDecision {
  matched: boolean;
  clauses: Clause[];
  /** Set when the outcome could not be decided; then `matched` is false. */
  error?: string;
}

export interface RuleContext {
  packConfig: unknown;
}

export function checkConditions(conditions: unknown, path = 'conditions'): ErrorDetail[] {
  void conditions;
  void path;
  throw new Error('not built yet');
}

/** Never throws. Deterministic: `now()` and the time_since operators count from the event's creation. */
export function evaluateRule(
  rule: { conditions: unknown },
  event: RuleEvent,
  context: RuleContext,
): RuleDecision {
  void rule;
  void event;
  void context;
  throw new Error('not built yet');
}

/** One plain line for people. */
export function explainClause(clause: Clause): string {
  void clause;
  throw new Error('not built yet');
}
