import { Duration } from '../../duration.js';
import { Failure } from '../failure.js';
import type { Frame } from '../frame.js';
import { isMap } from '../../value-kind.js';
import type { JsonObject } from '../../value-kind.js';

/** The value that a parameter of each kind receives. */
interface Kinds {
  any: unknown;
  string: string;
  number: number;
  integer: number;
  list: readonly unknown[];
  map: JsonObject;
  time: Date;
  duration: Duration;
}

type Kind = keyof Kinds;

/** `'string'`, or `'string?'` when it may be left out (only after those that may not). */
export type Parameter = Kind | `${Kind}?`;

type Argument<P> = P extends `${infer K extends Kind}?`
  ? Kinds[K] | undefined
  : P extends Kind
    ? Kinds[P]
    : never;
type Arguments<P extends readonly Parameter[]> = { [I in keyof P]: Argument<P[I]> };

/** Called as `name(a, b)` or `a.name(b)`. Arguments are checked before `run`, which throws `functionError`. */
export interface ExpressionFunction {
  readonly parameters: readonly Parameter[];
  readonly required: number;
  /** Further arguments of any kind are passed on. */
  readonly variadic: boolean;
  run(frame: Frame, ...args: readonly unknown[]): unknown;
}

export type FunctionTable = Readonly<Record<string, ExpressionFunction>>;

const tests: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isSafeInteger(value),
  list: (value) => Array.isArray(value),
  map: isMap,
  time: (value) => value instanceof Date,
  duration: (value) => value instanceof Duration,
};

export function fn<const P extends readonly Parameter[]>(
  parameters: P,
  run: (frame: Frame, ...args: Arguments<P>) => unknown,
): ExpressionFunction {
  return {
    parameters,
    required: parameters.filter((parameter) => !parameter.endsWith('?')).length,
    variadic: false,
    run,
  };
}

export function variadic<const P extends readonly Parameter[]>(
  parameters: P,
  run: (frame: Frame, ...args: [...Arguments<P>, ...unknown[]]) => unknown,
): ExpressionFunction {
  return { ...fn(parameters, run as (frame: Frame, ...args: Arguments<P>) => unknown), variadic: true };
}

/** What went wrong inside a function; where is added by the call. Never carries values. */
export function functionError(reason: string): Failure {
  return new Failure('value', '', reason);
}

export function isOfKind(kind: Kind, value: unknown): boolean {
  return tests[kind](value);
}
