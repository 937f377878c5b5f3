import type { IncomingHttpHeaders } from 'node:http';
import { errorMessage } from '@attune/domain';
import { createAddressGuard } from '@attune/outgoing';
import type { AddressGuard } from '@attune/outgoing';
import type { Ending, RunControl, Runtime } from '../runtime.js';
import { httpCall } from './http-call.js';
import type { HttpCall } from './http-call.js';
import { readBody } from './response-body.js';
import type { ResponseBody } from './response-body.js';
import { sendRequest } from './send-request.js';

export interface HttpRuntimeOptions {
  readonly blockPrivate: boolean;
  readonly responseBytes: number;
}

/** What an execution of this runtime returns. */
export interface HttpAnswer extends ResponseBody {
  readonly status_code: number;
  readonly headers: IncomingHttpHeaders;
}

/** Makes the HTTP request that the parameters describe; an answer that was not expected fails the run. */
export function createHttpRuntime({ blockPrivate, responseBytes }: HttpRuntimeOptions): Runtime {
  const guard = createAddressGuard({ blockPrivate });
  return {
    name: 'http',
    version: undefined,
    run: async ({ parameters }, control) => {
      try {
        const call = httpCall(parameters);
        const answer = await withinTime(call, control, (signal) =>
          exchange(call, { guard, responseBytes, signal }),
        );
        return endingOf(call, answer);
      } catch (error) {
        return { exitCode: null, error: reason(error) };
      }
    },
  };
}

interface Exchange {
  guard: AddressGuard;
  responseBytes: number;
  signal: AbortSignal;
}

async function exchange(call: HttpCall, { guard, responseBytes, signal }: Exchange): Promise<HttpAnswer> {
  const response = await sendRequest(call, guard, signal);
  const { statusCode = 0, headers } = response;
  return {
    status_code: statusCode,
    headers,
    ...(await readBody(response, { limit: responseBytes, method: call.method })),
  };
}

/** From the first byte sent to the last byte read. */
async function withinTime<T>(
  { timeoutMs, url }: HttpCall,
  control: RunControl,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const stop = (): void => limit.abort();
  const timer = setTimeout(stop, timeoutMs);
  control.signal.addEventListener('abort', stop, { once: true });
  if (control.signal.aborted) stop();
  try {
    return await act(limit.signal);
  } catch (error) {
    if (control.signal.aborted) throw new Error('the request was ended', { cause: error });
    if (limit.signal.aborted)
      throw new Error(`${url.origin} gave no complete answer within ${timeoutMs / 1000} s`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    control.signal.removeEventListener('abort', stop);
  }
}

function endingOf({ isExpected, method, url }: HttpCall, answer: HttpAnswer): Ending {
  const { status_code } = answer;
  if (isExpected(status_code)) return { exitCode: 0, data: answer };
  return {
    exitCode: 1,
    data: answer,
    error: `${method} ${url.origin}${url.pathname} answered ${status_code}`,
  };
}

/** Connecting to a name with several addresses fails with an error for each. */
function reason(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(errorMessage).join('; ') : errorMessage(error);
}
