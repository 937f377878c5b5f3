import { didYouMean } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { z } from 'zod';
import { pathOf, valueAt } from './input-path.js';
import type { UnknownField } from './unknown-fields.js';

type Issue = z.core.$ZodIssue;

/** What is wrong, in the words of somebody who wrote JSON, with the path and, where one is known, a way out. */
export function describeIssues(
  issues: readonly Issue[],
  input: unknown,
  unknown: readonly UnknownField[],
): ErrorDetail[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      return describeIssues(closest(issue, input), input, unknown);
    }
    const path = pathOf(issue.path);
    const value = valueAt(input, issue.path);
    const hint = hintFor(issue, value, unknown);
    return [{ path, message: messageFor(issue, value), ...(hint === undefined ? {} : { hint }) }];
  });
}

/** Of the alternatives of a union the one the writer meant: whose faults lie deepest, or concern what is there. */
function closest(issue: Issue & { code: 'invalid_union' }, input: unknown): Issue[] {
  const options = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const score = (issues: readonly Issue[]) =>
    Math.max(
      ...issues.map((inner) => 2 * inner.path.length + (valueAt(input, inner.path) === undefined ? 0 : 1)),
    );
  return options.reduce((best, other) => (score(other) > score(best) ? other : best), options[0] ?? []);
}

function messageFor(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code === 'invalid_type') return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}, not ${nameOf(value)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${bound(issue.origin, 'at least', Number(issue.minimum))}`;
    case 'too_big':
      return `must ${bound(issue.origin, 'at most', Number(issue.maximum))}`;
    case 'invalid_format':
      return `must be ${issue.format === 'datetime' ? 'an RFC 3339 instant' : `a valid ${issue.format}`}`;
    default:
      return issue.message;
  }
}

function hintFor(issue: Issue, value: unknown, unknown: readonly UnknownField[]): string | undefined {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    return didYouMean(value, issue.values.map(String));
  }
  if (value !== undefined) return undefined;
  const parent = pathOf(issue.path.slice(0, -1));
  const name = String(issue.path.at(-1) ?? '');
  const meant = unknown.find((field) => field.parent === parent && field.nearest === name);
  return meant && `'${meant.path}' is not known here; did you mean '${name}'?`;
}

function bound(origin: string, limit: string, amount: number): string {
  if (origin === 'string') return `have ${limit} ${amount} character${amount === 1 ? '' : 's'}`;
  if (origin === 'array') return `have ${limit} ${amount} item${amount === 1 ? '' : 's'}`;
  return `be ${limit} ${amount}`;
}

function article(expected: string): string {
  const name = { record: 'object', int: 'whole number' }[expected] ?? expected;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return article(typeof value);
}
