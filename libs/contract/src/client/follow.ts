import type { RouteSpec } from '../route/route.js';
import { ApiError } from './api-error.js';
import type { ClientOptions, StreamEvent } from './client.js';
import { openResponse } from './request.js';
import { readServerSentEvents } from './server-sent-events.js';

const reconnectDelaysMs = [100, 500, 1000, 2000, 5000] as const;

/**
 * Events of a stream until its `end`; a cut stream is opened again after the
 * last event seen, and given up after five failures without progress.
 */
export async function* followEvents<R extends RouteSpec>(
  options: ClientOptions,
  route: R,
  from: { id: number; after?: number; signal?: AbortSignal },
): AsyncGenerator<StreamEvent<R>> {
  let lastId = from.after === undefined ? undefined : String(from.after);
  let failures = 0;
  for (;;) {
    try {
      for await (const event of openStream(options, route, from, lastId)) {
        lastId = event.id ?? lastId;
        failures = 0;
        yield event as StreamEvent<R>;
        if (event.event === 'end') return;
      }
    } catch (error) {
      if (from.signal?.aborted) return;
      if (error instanceof ApiError || failures >= reconnectDelaysMs.length) throw error;
    }
    await pause(reconnectDelaysMs[failures] ?? 5000);
    failures += 1;
  }
}

async function* openStream(
  options: ClientOptions,
  route: RouteSpec,
  from: { id: number; signal?: AbortSignal },
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
