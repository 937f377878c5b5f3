import { isNativeError } from 'node:util/types';
import {
  AttuneError,
  ConflictError,
  errorMessage,
  InvalidStateError,
  MissingReferenceError,
  TransientError,
  ValidationError,
} from '@attune/domain';
import pg from 'pg';

/** What the rule part of a CHECK's name, `<table>_<column>_<rule>`, tells the caller. */
const checkRules: Readonly<Record<string, string>> = {
  array: 'must be a list',
  format: 'has a form that is not allowed',
  known: 'is not one of the allowed values',
  length: 'is too short or too long',
  not_negative: 'must not be negative',
  object: 'must be an object',
  positive: 'must be greater than 0',
  prefix: 'must begin with the ref of its pack',
  private: 'must not hold the private part',
  range: 'is out of range',
  state: 'does not fit the state of the row',
  sum: 'does not add up',
};

const unstorable = 'contains a character that cannot be stored (U+0000)';

const constraintErrors: Readonly<Record<string, (error: pg.DatabaseError) => Error>> = {
  '23502': (error) => invalid(error, error.column ?? '', 'must be given'),
  '23503': missingReference,
  '23505': conflict,
  '23514': checkViolation,
  '22P05': (error) => invalid(error, '', unstorable),
  '22021': (error) => invalid(error, '', unstorable),
};

/** connection lost or refused, rollback by the server, out of resources, cancelled, shutting down */
const transientClasses = ['08', '40', '53', '57', '58'];
const transientCodes = new Set(['55P03', '25P03', '25P04']);

/**
 * What a driver error means to callers, by SQLSTATE and constraint name. The only place that knows both;
 * every statement's error passes here (pool.ts). Messages of the server go no further than `cause`.
 */
export function translateError(error: unknown): Error {
  // not `instanceof`: where tests have a realm of their own, the errors of sockets come from outside it
  if (!isNativeError(error)) return new Error(errorMessage(error));
  if (error instanceof AttuneError || error instanceof TypeError) return error;
  if (!(error instanceof pg.DatabaseError)) return connectionError(error);
  if (isTransient(error)) {
    return new TransientError(`the database gave up on a statement (${error.code})`, { cause: error });
  }
  return constraintError(error) ?? error;
}

/** True when the connection that raised it must not be used again. */
export function breaksConnection(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || isStalePlan(error);
}

function connectionError(error: Error): Error {
  if (/after calling end on the pool|pool is draining/.test(error.message)) {
    return new InvalidStateError('the database connection is closed', { cause: error });
  }
  return new TransientError(`the database cannot be reached: ${error.message || error.name}`, {
    cause: error,
  });
}

function isTransient(error: pg.DatabaseError): boolean {
  const code = error.code ?? '';
  return transientClasses.includes(code.slice(0, 2)) || transientCodes.has(code) || isStalePlan(error);
}

/** A prepared statement whose result type changed with the schema: right again on a fresh connection. */
function isStalePlan(error: pg.DatabaseError): boolean {
  return error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
}

function constraintError(error: pg.DatabaseError): Error | undefined {
  const { code = '', column = '' } = error;
  const translate = constraintErrors[code];
  if (translate !== undefined) return translate(error);
  return code.startsWith('22') ? invalid(error, column, 'holds a value that cannot be stored') : undefined;
}

function conflict(error: pg.DatabaseError): Error {
  const { field, value } = subjectOf(error);
  return new ConflictError(error.table ?? 'row', field, value, { cause: error });
}

/** Raised by the row that refers, or by deleting the row that is referred to. */
function missingReference(error: pg.DatabaseError): Error {
  const { field, value } = subjectOf(error);
  if (/is still referenced/.test(error.detail ?? '')) {
    const user = error.table ?? 'another row';
    return new InvalidStateError(`still used: ${user} refers to ${field} ${value}`, { cause: error });
  }
  return new MissingReferenceError(error.table ?? 'row', field, value, { cause: error });
}

function checkViolation(error: pg.DatabaseError): Error {
  const name = (error.constraint ?? '').slice((error.table ?? '').length + 1);
  const rule = Object.keys(checkRules).find((candidate) => name.endsWith(`_${candidate}`));
  if (rule === undefined) return invalid(error, name, 'is not allowed');
  return invalid(error, name.slice(0, -rule.length - 1), checkRules[rule] ?? 'is not allowed');
}

function invalid(error: pg.DatabaseError, field: string, problem: string): ValidationError {
  const subject = [error.table, field].filter((part) => part !== undefined && part !== '').join('.');
  const message = `${subject === '' ? 'a value' : subject} ${problem}`;
  return new ValidationError(message, { details: [{ path: field, message: problem }], cause: error });
}

/** `Key (ref)=(core.echo) already exists.` in any language of the server. */
function subjectOf(error: pg.DatabaseError): { field: string; value: string } {
  const match = /\((.+?)\)=\((.*)\)/s.exec(error.detail ?? '');
  const field = match?.[1] ?? error.constraint ?? '';
  return { field: field.includes('(') ? indexedField(error) : field, value: match?.[2] ?? '' };
}

/** An index of expressions has the field in its name: `<table>_<field>_key`. */
function indexedField({ constraint = '', table = '' }: pg.DatabaseError): string {
  return constraint.slice(table.length + 1).replace(/_key$/, '');
}
