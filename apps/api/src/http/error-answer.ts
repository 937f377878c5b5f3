import { errorStatus } from '@attune/contract';
import type { ErrorBody, ErrorCode } from '@attune/contract';
import { RangeNotSatisfiableError } from '@attune/artifacts';
import { AttuneError, MissingReferenceError, NotFoundError } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { LockedError } from '../auth/login-attempt.js';
import { HttpError } from './http-error.js';

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Omit<ErrorBody, 'request_id'>;
}

const codeOfDomain: Readonly<Record<string, ErrorCode>> = {
  VALIDATION_ERROR: 'VALIDATION_ERROR',
  EXPRESSION_ERROR: 'VALIDATION_ERROR',
  MISSING_REFERENCE: 'UNPROCESSABLE_ENTITY',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  INVALID_STATE: 'CONFLICT',
  FORBIDDEN: 'FORBIDDEN',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  RANGE_NOT_SATISFIABLE: 'RANGE_NOT_SATISFIABLE',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  TRANSIENT: 'SERVICE_UNAVAILABLE',
};

const codeOfFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_HANDLER_TIMEOUT: 'GATEWAY_TIMEOUT',
};

/** How an error is answered. What nobody raised on purpose is a 500 that tells nothing: it may hold anything. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof HttpError) return answer(error.code, error.message, error.details, error.headers);
  if (error instanceof AttuneError) return ofDomain(error);
  return ofFastify(error) ?? answer('INTERNAL_SERVER_ERROR', 'the server failed; its log has the request id');
}

function ofDomain(error: AttuneError): ErrorAnswer {
  const code = codeOfDomain[error.code] ?? 'INTERNAL_SERVER_ERROR';
  if (code === 'SERVICE_UNAVAILABLE') {
    return answer(code, 'the service is busy or restarting; try again', [], { 'retry-after': '1' });
  }
  const details = error.details.length > 0 ? error.details : subjectOf(error);
  return answer(code, error.message, details, headersOf(error));
}

function headersOf(error: AttuneError): Readonly<Record<string, string>> {
  if (error instanceof RangeNotSatisfiableError) return { 'content-range': `bytes */${error.size}` };
  // The rest of what is too large is not waited for.
  if (error.code === 'PAYLOAD_TOO_LARGE') return { connection: 'close' };
  return error instanceof LockedError ? { 'retry-after': String(error.retryAfterSeconds) } : {};
}

function subjectOf(error: AttuneError): ErrorDetail[] {
  if (!(error instanceof MissingReferenceError || error instanceof NotFoundError)) return [];
  return [{ path: error.field, message: error.message }];
}

function ofFastify(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as Error & { code?: string; statusCode?: number };
  const known = codeOfFastify[code ?? ''];
  if (known !== undefined) return answer(known, messages[known] ?? error.message);
  if (statusCode === errorStatus.TOO_MANY_REQUESTS) return answer('TOO_MANY_REQUESTS', error.message);
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return answer('BAD_REQUEST', error.message);
}

const messages: Partial<Record<ErrorCode, string>> = {
  PAYLOAD_TOO_LARGE: 'the request body is larger than this server accepts',
  UNSUPPORTED_MEDIA_TYPE: 'send JSON with Content-Type: application/json',
  GATEWAY_TIMEOUT: 'the request took too long',
};

function answer(
  code: ErrorCode,
  error: string,
  details: readonly ErrorDetail[] = [],
  headers: Readonly<Record<string, string>> = {},
): ErrorAnswer {
  return { status: errorStatus[code], headers, body: { error, code, details: [...details] } };
}
