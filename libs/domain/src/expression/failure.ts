import { AttuneError, ExpressionError, errorMessage } from '../errors.js';

/**
 * `missing`: a field, index or name that is not there, which `default()` forgives.
 * `limit`: a bound of the evaluation, which no operator may swallow, or a loop would run on after it.
 */
export type FailureKind = 'missing' | 'limit' | 'value';

/**
 * What is thrown inside an evaluation. No Error: expressions fail often and with reason (a field that this event
 * does not have), operators absorb many of the failures, and taking a stack nobody reads costs ten evaluations.
 * Whoever starts an evaluation turns it into an ExpressionError or into text.
 */
export class Failure {
  readonly kind: FailureKind;
  /** The part of the expression, as it is written; '' when the caller adds it. */
  readonly path: string;
  readonly reason: string;
  readonly #hint: string | (() => string) | undefined;

  constructor(kind: FailureKind, path: string, reason: string, hint?: string | (() => string)) {
    this.kind = kind;
    this.path = path;
    this.reason = reason;
    this.#hint = hint;
  }

  get hint(): string | undefined {
    return typeof this.#hint === 'function' ? this.#hint() : this.#hint;
  }

  get message(): string {
    const { hint } = this;
    if (this.kind === 'missing') return `${this.path} ${this.reason}: ${hint}`;
    const reason = hint === undefined ? this.reason : `${this.reason}; ${hint}`;
    return this.path === '' ? reason : `${this.path}: ${reason}`;
  }
}

/** Whether an operator that absorbs failures must let this one through. */
export function isFatal(thrown: unknown): boolean {
  return !(thrown instanceof Failure) || thrown.kind === 'limit';
}

/** The text of anything that an evaluation threw. */
export function failureMessage(thrown: unknown): string {
  return thrown instanceof Failure ? thrown.message : errorMessage(thrown);
}

/** Runs an evaluation; whatever it throws becomes an ExpressionError, a stack that overflows too. */
export function orExpressionError<Result>(text: string, run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    throw thrown instanceof AttuneError ? thrown : expressionError(text, thrown);
  }
}

function expressionError(text: string, thrown: unknown): ExpressionError {
  if (!(thrown instanceof Failure)) {
    const message = `cannot be evaluated: ${errorMessage(thrown)}`;
    return new ExpressionError(message, { details: [{ path: text, message }], cause: thrown });
  }
  const { path, reason, hint, message } = thrown;
  const detail = { path: path === '' ? text : path, message: reason };
  return new ExpressionError(message, { details: [hint === undefined ? detail : { ...detail, hint }] });
}
