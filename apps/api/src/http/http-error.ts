import { errorStatus } from '@attune/contract';
import type { ErrorCode } from '@attune/contract';
import type { ErrorDetail } from '@attune/domain';

export interface HttpErrorOptions {
  details?: readonly ErrorDetail[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An error that only has a meaning over HTTP; everything else is an AttuneError. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: HttpErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = errorStatus[code];
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
  }
}
