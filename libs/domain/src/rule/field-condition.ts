import { failureMessage } from '../expression/failure.js';
import type { Clause } from './clause.js';
import { readField } from './field-path.js';
import type { FieldPath } from './field-path.js';
import { nearMissOfPath, nearMissOfValues } from './near-miss.js';
import { operators } from './operators.js';
import type { Outcome } from './operators.js';
import { negatedIf } from './verdict.js';
import type { Condition, Scope, Verdict } from './verdict.js';

/** One `{field, operator, value}`, checked. */
export interface FieldTest {
  field: string;
  path: FieldPath;
  operator: string;
  expected: unknown;
  isNegated: boolean;
  /** Of `search`: what an element must satisfy. */
  nested?: Condition;
}

type Judge = (actual: unknown, scope: Scope, clause: Clause) => Outcome;

/** A missing field satisfies `not_exists` only; where kinds do not fit, the condition does not hold, and says why. */
export function fieldCondition(test: FieldTest): Condition {
  const judge = judgeOf(test);
  const path = `event.payload${test.path.map(pathSegment).join('')}`;
  const operator = test.isNegated ? `not ${test.operator}` : test.operator;
  return (scope) => {
    const actual = readField(scope.payload, test.path);
    const clause: Clause = { path, operator, expected: test.expected, actual, ok: false };
    scope.clauses.push(clause);
    return settle(clause, test, () => judge(actual, scope, clause));
  };
}

/** Within `search`: `item` is the element itself, `item.name` and `name` its field. */
export function elementPath(path: FieldPath): FieldPath {
  return path[0] === 'item' ? path.slice(1) : path;
}

function judgeOf(test: FieldTest): Judge {
  if (test.operator === 'exists')
    return (actual, scope, clause) => isPresent(actual, scope, clause, test.path);
  if (test.operator === 'not_exists') return (actual) => actual === undefined;
  const judge = test.nested ? searchJudge(test.nested) : operatorJudge(test);
  return (actual, scope, clause) =>
    isPresent(actual, scope, clause, test.path) && judge(actual, scope, clause);
}

function settle(clause: Clause, test: FieldTest, judge: () => Outcome): Verdict {
  try {
    const outcome = judge();
    if (typeof outcome === 'string') clause.note = outcome;
    clause.ok = negatedIf(test.isNegated, outcome === true);
    return clause.ok;
  } catch (error) {
    clause.note = failureMessage(error);
    return { error: `${clause.path}: ${clause.note}` };
  }
}

function isPresent(actual: unknown, scope: Scope, clause: Clause, path: FieldPath): boolean {
  if (actual !== undefined) return true;
  clause.note = nearMissOfPath(scope.payload, path);
  return false;
}

function operatorJudge({ operator, expected }: FieldTest): Judge {
  const { test } = operators[operator]!;
  const mayBeNear = operator === 'equals' || operator === 'not_equals';
  return (actual, { now }, clause) => {
    const outcome = test({ actual, expected, now });
    if (mayBeNear && outcome === (operator === 'not_equals')) {
      const note = nearMissOfValues(expected, actual);
      if (note !== undefined) clause.note = note;
    }
    return outcome;
  };
}

function searchJudge(nested: Condition): Judge {
  return (actual, scope) => {
    if (!Array.isArray(actual)) return 'needs a list to search';
    let error: string | undefined;
    for (const item of actual as readonly unknown[]) {
      const context = { ...scope.context, item };
      const verdict = nested({ payload: item, context, now: scope.now, clauses: [] });
      if (verdict === true) return true;
      if (typeof verdict === 'object') error ??= verdict.error;
    }
    return error ?? `none of its ${actual.length} elements satisfies the conditions`;
  };
}

function pathSegment(segment: string | number): string {
  if (typeof segment === 'number' || /^\d+$/.test(segment)) return `[${segment}]`;
  return /^[A-Za-z_]\w*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}
