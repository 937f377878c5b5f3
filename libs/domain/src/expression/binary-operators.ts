import { Duration } from '../duration.js';
import { aKindOf, kindOf } from '../value-kind.js';
import { isEqual, isMember } from './equality.js';
import { Failure } from './failure.js';
import { charge, limitedList, limitedString } from './frame.js';
import type { Frame } from './frame.js';

/** `text` is the source of the whole operation, for messages; values are never put into one. */
export type BinaryOperator = (left: unknown, right: unknown, frame: Frame, text: string) => unknown;

export const comparisonOperators = ['==', '!=', '<', '<=', '>', '>=', 'in'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const comparisons: Readonly<Record<ComparisonOperator, BinaryOperator>> = {
  '==': equal,
  '!=': (left, right, frame) => !isEqual(left, right, frame),
  '<': (left, right, _frame, text) => order(left, right, text, '<') < 0,
  '<=': (left, right, _frame, text) => order(left, right, text, '<=') <= 0,
  '>': (left, right, _frame, text) => order(left, right, text, '>') > 0,
  '>=': (left, right, _frame, text) => order(left, right, text, '>=') >= 0,
  in: (left, right, frame, text) => {
    const found = isMember(left, right, frame);
    if (found === undefined) throw unfit('in', left, right, text);
    return found;
  },
};

export const arithmetic: Readonly<Record<'+' | '-' | '*' | '/' | '%', BinaryOperator>> = {
  '+': add,
  '-': subtract,
  '*': (left, right, _frame, text) => {
    if (typeof left === 'number' && typeof right === 'number') return finite(left * right, text);
    throw unfit('*', left, right, text);
  },
  '/': (left, right, _frame, text) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw unfit('/', left, right, text);
    return finite(left / nonZero(right, text), text);
  },
  '%': (left, right, _frame, text) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw unfit('%', left, right, text);
    return left % nonZero(right, text);
  },
};

/** Negative, zero or positive; throws when the two have no common order. */
export function order(left: unknown, right: unknown, text: string, operator: string): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const difference = orderOf(left, right);
  if (difference === undefined) throw unfit(operator, left, right, text);
  return difference;
}

/** Texts by code unit, false before true, times and durations by length; undefined for two kinds. */
export function orderOf(left: unknown, right: unknown): number | undefined {
  if (kindOf(left) !== kindOf(right)) return undefined;
  if (typeof left === 'string') return left < (right as string) ? -1 : Number(left > (right as string));
  if (typeof left === 'number' || typeof left === 'boolean') return Number(left) - Number(right);
  if (left instanceof Date) return left.getTime() - (right as Date).getTime();
  if (left instanceof Duration) return left.milliseconds - (right as Duration).milliseconds;
  return undefined;
}

export function operatorError(reason: string, text: string, hint?: string): Failure {
  return new Failure('value', text, reason, hint);
}

function equal(left: unknown, right: unknown, frame: Frame): boolean {
  return isEqual(left, right, frame);
}

function add(left: unknown, right: unknown, frame: Frame, text: string): unknown {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right, text);
  if (typeof left === 'string' && typeof right === 'string') return joined(left, right, frame);
  if (Array.isArray(left) && Array.isArray(right)) return concatenated(left, right, frame);
  const moved =
    right instanceof Duration
      ? addDuration(left, right.milliseconds, text)
      : left instanceof Duration && addDuration(right, left.milliseconds, text);
  if (moved) return moved;
  throw unfit('+', left, right, text);
}

function subtract(left: unknown, right: unknown, _frame: Frame, text: string): unknown {
  if (typeof left === 'number' && typeof right === 'number') return finite(left - right, text);
  if (left instanceof Date && right instanceof Date) return new Duration(left.getTime() - right.getTime());
  const moved = right instanceof Duration && addDuration(left, -right.milliseconds, text);
  if (moved) return moved;
  throw unfit('-', left, right, text);
}

function concatenated(left: readonly unknown[], right: readonly unknown[], frame: Frame): unknown[] {
  charge(frame, left.length + right.length);
  return limitedList([...left, ...right]);
}

function joined(left: string, right: string, frame: Frame): string {
  charge(frame, (left.length + right.length) >> 6);
  return limitedString(left + right);
}

function addDuration(value: unknown, milliseconds: number, text: string): Date | Duration | undefined {
  if (value instanceof Duration) return new Duration(value.milliseconds + milliseconds);
  if (!(value instanceof Date)) return undefined;
  const moved = new Date(value.getTime() + milliseconds);
  if (Number.isNaN(moved.getTime())) throw operatorError('the time is out of range', text);
  return moved;
}

function nonZero(divisor: number, text: string): number {
  if (divisor === 0) throw operatorError('division by zero', text);
  return divisor;
}

function finite(result: number, text: string): number {
  if (!Number.isFinite(result)) throw operatorError('the result is not a finite number', text);
  return result;
}

function unfit(operator: string, left: unknown, right: unknown, text: string): Failure {
  const kinds = new Set([kindOf(left), kindOf(right)]);
  const mixed = kinds.has('string') && kinds.has('number');
  const hint = mixed ? 'convert one of them with string(x), int(x) or double(x)' : undefined;
  return operatorError(`'${operator}' cannot take ${aKindOf(left)} and ${aKindOf(right)}`, text, hint);
}
