import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { waitUntil } from '@attune/testing';
import type { TestApi } from './test-api.js';

export interface StreamedEvent {
  event: string;
  id: string | undefined;
  data: Record<string, unknown>;
}

export interface OpenStream {
  readonly status: number;
  readonly events: readonly StreamedEvent[];
  /** The next event of a name that no earlier call has given. */
  next(event: string): Promise<StreamedEvent>;
  /** Entity ids of the changes so far. */
  entityIds(): number[];
  /** Resolves when the server has ended it. */
  ended(): Promise<void>;
  readonly response: IncomingMessage;
}

/** A stream as a program without our client would read it. */
export async function openStream(
  { api }: Pick<TestApi, 'api'>,
  token: string,
  { path = '/api/v1/stream', lastEventId }: { path?: string; lastEventId?: string | undefined } = {},
): Promise<OpenStream> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(api.url + path, { headers, agent: false }, resolve).on('error', reject);
  });
  const events: StreamedEvent[] = [];
  const given = new Set<StreamedEvent>();
  let rest = '';
  let hasEnded = false;
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    events.push(...blocks.filter((block) => !block.startsWith(':')).map(parse));
  });
  response.on('error', () => undefined);
  response.on('close', () => (hasEnded = true));
  return {
    status: response.statusCode ?? 0,
    events,
    next: async (name) => {
      const isNext = (each: StreamedEvent) => each.event === name && !given.has(each);
      const found = await waitUntil(() => events.find(isNext), {
        message: () => `a '${name}' event; there were ${JSON.stringify(events)}`,
      });
      given.add(found);
      return found;
    },
    entityIds: () =>
      events.filter(({ event }) => event === 'change').map(({ data }) => data['entity_id'] as number),
    ended: async () => void (await waitUntil(() => hasEnded, { message: 'the stream to end' })),
    response,
  };
}

function parse(block: string): StreamedEvent {
  const lines = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
  const data = JSON.parse(lines.get('data') ?? 'null') as Record<string, unknown>;
  return { event: lines.get('event') ?? '', id: lines.get('id'), data };
}
