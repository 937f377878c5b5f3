import type { RouteSpec } from '../route/route.js';
import { ApiError } from './api-error.js';
import type { StreamEvent } from './call.js';
import type { ClientOptions } from './client.js';
import { openResponse } from './request.js';
import { readServerSentEvents } from './server-sent-events.js';

const longestDelayMs = 5000;
const reconnectDelaysMs = [100, 500, 1000, 2000, longestDelayMs] as const;

/**
 * Events of a stream until its `end`; a cut stream is opened again after the
 * last event seen, and given up after five failures without progress.
 */
export async function* followEvents<R extends RouteSpec>(
  options: ClientOptions,
  route: R,
  from: StreamStart,
): AsyncGenerator<StreamEvent<R>> {
  const position: Position = { lastId: from.after, failures: 0 };
  while (!(yield* readOnce(options, route, from, position))) {
    await pause(reconnectDelaysMs[position.failures] ?? longestDelayMs);
    position.failures += 1;
  }
}

interface StreamStart {
  id: number;
  /** Position of the last chunk seen. */
  after?: string;
  signal?: AbortSignal;
}

interface Position {
  lastId: string | undefined;
  failures: number;
}

/** One connection; true when there is nothing more to come. */
async function* readOnce<R extends RouteSpec>(
  options: ClientOptions,
  route: R,
  from: StreamStart,
  position: Position,
): AsyncGenerator<StreamEvent<R>, boolean> {
  try {
    for await (const event of openStream(options, route, from, position.lastId)) {
      position.lastId = event.id ?? position.lastId;
      position.failures = 0;
      yield event as StreamEvent<R>;
      if (event.event === 'end') return true;
    }
    return false;
  } catch (error) {
    if (from.signal?.aborted) return true;
    if (error instanceof ApiError || position.failures >= reconnectDelaysMs.length) throw error;
    return false;
  }
}

async function* openStream(
  options: ClientOptions,
  route: RouteSpec,
  from: StreamStart,
  lastId: string | undefined,
) {
  const response = await openResponse(options, route, {
    params: { id: from.id },
    query: { follow: true },
    headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
    ...(from.signal ? { signal: from.signal } : {}),
  });
  if (!response.body) return;
  for await (const { event, id, data } of readServerSentEvents(response.body)) {
    yield { event, ...(id === undefined ? {} : { id }), data: JSON.parse(data) as unknown };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
