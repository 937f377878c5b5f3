import { ApiError, UnreachableError } from '@attune/contract';
import { waitUntil } from '@attune/testing';

/** Asks until there is an answer: the request must be one whose repetition is harmless. Throws an answer that is final. */
export function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  return waitUntil(async () => ({ answer: await ask().catch(rethrowFinal) }), {
    timeoutMs: 60_000,
    intervalMs: 50,
    message: 'an answer of the API',
  }).then(({ answer }) => {
    if (answer instanceof ApiError) throw answer;
    return answer;
  });
}

/** No answer and "not now" (5xx, or Retry-After) are asked again; any other error answer is final. */
function rethrowFinal(error: unknown): ApiError {
  if (error instanceof UnreachableError) throw error;
  if (error instanceof ApiError && error.status < 500 && error.retryAfter === undefined) return error;
  throw error;
}

/** It has happened already, or is too late. */
export function ignoreConflict(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
}
