import type { RouteSpec } from '../route/route.js';
import { ApiError } from './api-error.js';
import type { StreamEvent } from './call.js';
import type { ClientOptions } from './client.js';
import { openResponse } from './request.js';
import type { RequestInput } from './request.js';
import { readServerSentEvents } from './server-sent-events.js';

const shortestDelayMs = 100;
const longestDelayMs = 5000;
/** Answers of a server, or of a proxy before it, that will serve the stream later. */
const passing: readonly number[] = [429, 502, 503, 504];

type StreamInput = Pick<RequestInput, 'params' | 'query' | 'body' | 'signal'>;

export interface FollowOptions extends StreamInput {
  /** Id of the last event seen. */
  after?: string | undefined;
  /** The event after which nothing comes; without one a stream is followed until the signal ends. */
  last?: string;
  /** Failures in a row before it is given up. */
  patience: number;
}

interface Progress {
  lastId: string | undefined;
  failures: number;
}

/** Events of a stream; one that is cut is opened again after the last event seen, soon at first and then less often. */
export async function* followEvents<R extends RouteSpec>(
  options: ClientOptions,
  route: R,
  follow: FollowOptions,
): AsyncGenerator<StreamEvent<R>> {
  const progress: Progress = { lastId: follow.after, failures: 0 };
  for (;;) {
    const delayMs = yield* readOnce(options, route, { follow, progress });
    if (delayMs === undefined) return;
    await pause(delayMs, follow.signal);
    if (follow.signal?.aborted) return;
  }
}

/** One connection; answers the pause before the next, or undefined when there is nothing more to come. */
async function* readOnce<R extends RouteSpec>(
  options: ClientOptions,
  route: R,
  { follow, progress }: { follow: FollowOptions; progress: Progress },
): AsyncGenerator<StreamEvent<R>, number | undefined> {
  try {
    for await (const event of openStream(options, route, follow, progress.lastId)) {
      progress.lastId = event.id ?? progress.lastId;
      progress.failures = 0;
      yield event as StreamEvent<R>;
      if (event.event === follow.last) return undefined;
    }
    progress.failures += 1;
    return backoffMs(progress.failures);
  } catch (error) {
    if (follow.signal?.aborted) return undefined;
    progress.failures += 1;
    if (isFinal(error) || progress.failures > follow.patience) throw error;
    return Math.max(backoffMs(progress.failures), retryAfterMs(error));
  }
}

/** Events of one connection, to its end. */
export async function* openStream(
  options: ClientOptions,
  route: RouteSpec,
  { params = {}, query = {}, body, signal }: StreamInput,
  lastId?: string,
) {
  const response = await openResponse(options, route, {
    params,
    query,
    ...(body === undefined ? {} : { body }),
    headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
    ...(signal ? { signal } : {}),
  });
  if (!response.body) return;
  for await (const { event, id, data } of readServerSentEvents(response.body)) {
    yield { event, ...(id === undefined ? {} : { id }), data: JSON.parse(data) as unknown };
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof ApiError && !passing.includes(error.status);
}

function retryAfterMs(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
}

/** With jitter: a server that comes back is not asked by all its clients at once. */
function backoffMs(failures: number): number {
  const full = Math.min(longestDelayMs, shortestDelayMs * 2 ** (failures - 1));
  return full * (0.5 + Math.random() / 2);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
