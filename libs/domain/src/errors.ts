/** One thing that is wrong, and where: `path` points into what the caller sent, '' means the whole of it. */
export interface ErrorDetail {
  path: string;
  message: string;
  /** What to do about it, when that is known: the nearest allowed name, what was found instead. */
  hint?: string;
}

export interface AttuneErrorOptions {
  details?: readonly ErrorDetail[];
  cause?: unknown;
}

/** Which row or definition an error is about. */
export interface Subject {
  entity: string;
  field: string;
  value: unknown;
}

/**
 * The base of every error that is raised on purpose. `code` is stable and part of the public contract;
 * `message` names the intention and the id; `cause` keeps what lay underneath.
 */
export abstract class AttuneError extends Error {
  abstract readonly code: string;
  readonly details: readonly ErrorDetail[];

  constructor(message: string, options: AttuneErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? [];
  }
}

/** What was sent cannot be accepted as it is; `details` says what and where. */
export class ValidationError extends AttuneError {
  readonly code = 'VALIDATION_ERROR';
}

abstract class SubjectError extends AttuneError implements Subject {
  readonly entity: string;
  readonly field: string;
  readonly value: unknown;

  constructor(message: string, subject: Subject, options?: AttuneErrorOptions) {
    super(message, options);
    this.entity = subject.entity;
    this.field = subject.field;
    this.value = subject.value;
  }
}

/** The row or definition asked for does not exist. */
export class NotFoundError extends SubjectError {
  readonly code = 'NOT_FOUND';

  constructor(entity: string, field: string, value: unknown, options?: AttuneErrorOptions) {
    super(`${entity} with ${field} ${shown(value)} does not exist`, { entity, field, value }, options);
  }
}

/** Something with this value exists already. */
export class ConflictError extends SubjectError {
  readonly code = 'CONFLICT';

  constructor(entity: string, field: string, value: unknown, options?: AttuneErrorOptions) {
    super(`${entity} with ${field} ${shown(value)} already exists`, { entity, field, value }, options);
  }
}

/** `field` of `entity` names something that does not exist. */
export class MissingReferenceError extends SubjectError {
  readonly code = 'MISSING_REFERENCE';

  constructor(entity: string, field: string, value: unknown, options?: AttuneErrorOptions) {
    super(
      `${entity} names ${field} ${shown(value)}, which does not exist`,
      { entity, field, value },
      options,
    );
  }
}

/** The request is well-formed, but not possible in the present state. */
export class InvalidStateError extends AttuneError {
  readonly code = 'INVALID_STATE';
}

export class PermissionDeniedError extends AttuneError {
  readonly code = 'FORBIDDEN';
}

export class UnauthenticatedError extends AttuneError {
  readonly code = 'UNAUTHENTICATED';
}

/** Nothing was changed or the change may be repeated: safe to try again, sooner or later it works. */
export class TransientError extends AttuneError {
  readonly code = 'TRANSIENT';
}

/** An expression could not be evaluated on this data; `details[0].path` names the field it stumbled over. */
export class ExpressionError extends AttuneError {
  readonly code = 'EXPRESSION_ERROR';
}

export class PayloadTooLargeError extends AttuneError {
  readonly code = 'PAYLOAD_TOO_LARGE';
}

export class RateLimitedError extends AttuneError {
  readonly code = 'RATE_LIMITED';
}

/** The text of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
