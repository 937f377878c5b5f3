import { cidrContains, isCidr } from '../cidr.js';
import { parseDuration } from '../duration.js';
import { orderOf } from '../expression/binary-operators.js';
import { parseTime, timeOfNumber } from '../expression/functions/time-parse.js';
import { isDeepEqual } from '../json-equality.js';
import { linearRegex, patternProblem } from '../linear-regex.js';
import { aKindOf, isMap } from '../value-kind.js';

/** True, false, or why the two cannot be compared. */
export type Outcome = boolean | string;

/** What an operator is asked: the field's value, the condition's value, and the time of the event. */
export interface Question {
  actual: unknown;
  expected: unknown;
  now: Date;
}

export interface Operator {
  /** What is wrong with the value of a condition; checked when a rule is saved. */
  readonly problem: (expected: unknown) => string | undefined;
  readonly test: (question: Question) => Outcome;
}

const anything = (): undefined => undefined;
const scalar = (expected: unknown): string | undefined =>
  typeof expected === 'string' || typeof expected === 'number' ? undefined : 'must be a string or a number';
const text = (expected: unknown): string | undefined =>
  typeof expected === 'string' ? undefined : 'must be a string';
const list = (expected: unknown): string | undefined =>
  Array.isArray(expected) ? undefined : 'must be a list';
const size = (expected: unknown): string | undefined =>
  Number.isSafeInteger(expected) && (expected as number) >= 0
    ? undefined
    : 'must be a whole number from 0 up';
const nothing = (expected: unknown): string | undefined =>
  expected === undefined || expected === null || expected === true ? undefined : 'must be left out';
const span = (expected: unknown): string | undefined =>
  spanMs(expected) === undefined ? 'must be seconds, or a duration such as 90s, 1h30m, 2d' : undefined;
const networks = (expected: unknown): string | undefined =>
  networkList(expected)?.every(isCidr) === true
    ? undefined
    : 'must be a network such as 10.0.0.0/8, or a list of them';
const pattern = (expected: unknown): string | undefined =>
  typeof expected === 'string' ? patternProblem(expected) : 'must be a pattern';
const wildcard = (expected: unknown): string | undefined =>
  typeof expected === 'string' ? patternProblem(wildcardPattern(expected)) : 'must be a string';

/** `exists`, `not_exists` and `search` have an evaluation of their own; here is only what their values must be. */
export const operators: Readonly<Record<string, Operator>> = {
  equals: { problem: anything, test: ({ actual, expected }) => isDeepEqual(actual, expected) },
  not_equals: { problem: anything, test: ({ actual, expected }) => !isDeepEqual(actual, expected) },
  iequals: { problem: text, test: texts((actual, expected) => actual === expected, true) },
  contains: { problem: anything, test: contains },
  not_contains: { problem: anything, test: not(contains) },
  icontains: { problem: text, test: icontains },
  not_icontains: { problem: text, test: not(icontains) },
  starts_with: { problem: text, test: texts((actual, expected) => actual.startsWith(expected)) },
  istarts_with: { problem: text, test: texts((actual, expected) => actual.startsWith(expected), true) },
  ends_with: { problem: text, test: texts((actual, expected) => actual.endsWith(expected)) },
  iends_with: { problem: text, test: texts((actual, expected) => actual.endsWith(expected), true) },
  matches: { problem: pattern, test: texts((actual, expected) => linearRegex(expected).test(actual)) },
  imatches: { problem: pattern, test: texts((actual, expected) => linearRegex(expected, true).test(actual)) },
  wildcard: {
    problem: wildcard,
    test: texts((actual, expected) => linearRegex(wildcardPattern(expected)).test(actual)),
  },
  gt: { problem: scalar, test: ordered((difference) => difference > 0) },
  gte: { problem: scalar, test: ordered((difference) => difference >= 0) },
  lt: { problem: scalar, test: ordered((difference) => difference < 0) },
  lte: { problem: scalar, test: ordered((difference) => difference <= 0) },
  in: { problem: list, test: ({ actual, expected }) => isIn(actual, expected) },
  not_in: { problem: list, test: ({ actual, expected }) => !isIn(actual, expected) },
  exists: { problem: nothing, test: () => true },
  not_exists: { problem: nothing, test: () => false },
  time_since_gt: { problem: span, test: since((elapsed, limit) => elapsed > limit) },
  time_since_lt: { problem: span, test: since((elapsed, limit) => elapsed < limit) },
  cidr_contains: { problem: networks, test: isWithin },
  length_gt: { problem: size, test: sized((length, limit) => length > limit) },
  length_lt: { problem: size, test: sized((length, limit) => length < limit) },
  search: { problem: anything, test: () => false },
};

/** StackStorm's names, and what people try. */
export const operatorAliases: Readonly<Record<string, string>> = {
  eq: 'equals',
  '==': 'equals',
  neq: 'not_equals',
  nequals: 'not_equals',
  '!=': 'not_equals',
  ncontains: 'not_contains',
  incontains: 'not_icontains',
  startswith: 'starts_with',
  istartswith: 'istarts_with',
  endswith: 'ends_with',
  iendswith: 'iends_with',
  matchregex: 'matches',
  regex: 'matches',
  iregex: 'imatches',
  matchwildcard: 'wildcard',
  greaterthan: 'gt',
  '>': 'gt',
  '>=': 'gte',
  lessthan: 'lt',
  '<': 'lt',
  '<=': 'lte',
  inside: 'in',
  ninside: 'not_in',
  nin: 'not_in',
  nexists: 'not_exists',
  timediff_gt: 'time_since_gt',
  td_gt: 'time_since_gt',
  timediff_lt: 'time_since_lt',
  td_lt: 'time_since_lt',
};

export function operatorName(written: string): string | undefined {
  if (Object.hasOwn(operators, written)) return written;
  return Object.hasOwn(operatorAliases, written) ? operatorAliases[written] : undefined;
}

function isIn(actual: unknown, expected: unknown): boolean {
  return (expected as readonly unknown[]).some((candidate) => isDeepEqual(actual, candidate));
}

function texts(test: (actual: string, expected: string) => boolean, ignoreCase = false): Operator['test'] {
  return ({ actual, expected }) => {
    if (typeof actual !== 'string') return `needs a string, it is ${aKindOf(actual)}`;
    const wanted = expected as string;
    return ignoreCase ? test(actual.toLowerCase(), wanted.toLowerCase()) : test(actual, wanted);
  };
}

function ordered(test: (difference: number) => boolean): Operator['test'] {
  return ({ actual, expected }) => {
    const difference = orderOf(actual, expected);
    return difference === undefined
      ? `cannot compare ${aKindOf(actual)} with ${aKindOf(expected)}`
      : test(difference);
  };
}

function not(test: Operator['test']): Operator['test'] {
  return (question) => {
    const outcome = test(question);
    return typeof outcome === 'string' ? outcome : !outcome;
  };
}

/** A part of a text, an element of a list, a key of a map. */
function contains({ actual, expected }: Question): Outcome {
  if (Array.isArray(actual)) return actual.some((element) => isDeepEqual(element, expected));
  if (isMap(actual)) return typeof expected === 'string' && Object.hasOwn(actual, expected);
  if (typeof actual !== 'string') return `needs a string, a list or a map, it is ${aKindOf(actual)}`;
  return typeof expected === 'string'
    ? actual.includes(expected)
    : `a text cannot contain ${aKindOf(expected)}`;
}

function icontains({ actual, expected }: Question): Outcome {
  const wanted = (expected as string).toLowerCase();
  if (typeof actual === 'string') return actual.toLowerCase().includes(wanted);
  if (!Array.isArray(actual)) return `needs a string or a list, it is ${aKindOf(actual)}`;
  return actual.some((element) => typeof element === 'string' && element.toLowerCase() === wanted);
}

/** As a pattern: `*` is any characters, `?` one; the whole text must fit. */
function wildcardPattern(text: string): string {
  const escaped = text.replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&');
  return `^(?s:${escaped.replaceAll('*', '.*').replaceAll('?', '.')})$`;
}

function sized(test: (length: number, limit: number) => boolean): Operator['test'] {
  return ({ actual, expected }) => {
    const length = typeof actual === 'string' || Array.isArray(actual) ? actual.length : keyCount(actual);
    return length === undefined
      ? `needs a string, a list or a map, it is ${aKindOf(actual)}`
      : test(length, expected as number);
  };
}

function keyCount(value: unknown): number | undefined {
  return isMap(value) ? Object.keys(value).length : undefined;
}

/** Time between the value and the event, which makes the answer the same whenever it is asked. */
function since(test: (elapsedMs: number, limitMs: number) => boolean): Operator['test'] {
  return ({ actual, expected, now }) => {
    const time = timeMs(actual);
    if (time === undefined) return 'needs a time: a text of ISO 8601, or seconds since 1970';
    return test(now.getTime() - time, spanMs(expected) ?? 0);
  };
}

function timeMs(value: unknown): number | undefined {
  try {
    if (typeof value === 'number') return timeOfNumber(value).getTime();
    return typeof value === 'string' ? parseTime(value, undefined, 'UTC').getTime() : undefined;
  } catch {
    return undefined;
  }
}

function spanMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1000 : undefined;
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

function isWithin({ actual, expected }: Question): Outcome {
  if (typeof actual !== 'string') return `needs an address, it is ${aKindOf(actual)}`;
  const answers = networkList(expected)?.map((network) => cidrContains(network, actual)) ?? [];
  return answers.includes(undefined) ? 'it is not an IP address' : answers.includes(true);
}

function networkList(expected: unknown): readonly string[] | undefined {
  const candidates: readonly unknown[] = Array.isArray(expected) ? expected : [expected];
  return candidates.every((candidate) => typeof candidate === 'string') && candidates.length > 0
    ? candidates
    : undefined;
}
