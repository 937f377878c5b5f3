import type { ErrorBody } from '../route/envelope.js';

/** The server answered with an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly details: ErrorBody['details'];
  readonly requestId: string | undefined;
  /** Seconds to wait before another try, when the server says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: Partial<ErrorBody>, retryAfter?: number) {
    super(body.error ?? `the server answered ${status}`);
    this.status = status;
    this.code = body.code ?? 'INTERNAL_SERVER_ERROR';
    this.details = body.details ?? [];
    this.requestId = body.request_id;
    this.retryAfter = retryAfter;
  }
}

/** No answer: wrong address, nobody listening, cut off, or too slow. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(baseUrl: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`cannot reach ${baseUrl}: ${reason}`, { cause });
  }
}
