import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { waitUntil } from '@attune/testing';
import { WebSocket } from 'ws';

export type ServerMessage = Readonly<Record<string, unknown>> & { readonly type: string };

export interface StreamClient {
  /** Everything received so far. */
  readonly messages: readonly ServerMessage[];
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** The next message of a type that no earlier call has given. */
  next(type: string): Promise<ServerMessage>;
  subscribe(id: string, filter?: object, after?: string): Promise<ServerMessage>;
  closed(): Promise<{ code: number; reason: string }>;
}

export async function openClient(url: string, token?: string): Promise<StreamClient> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers });
  const messages: ServerMessage[] = [];
  const given = new Set<ServerMessage>();
  let end: { code: number; reason: string } | undefined;
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString()) as ServerMessage));
  socket.on('close', (code, reason) => {
    end = { code, reason: reason.toString() };
  });
  await once(socket, 'open');

  const send = (message: unknown) => socket.send(JSON.stringify(message));
  const next = async (type: string) => {
    const found = await waitUntil(
      () => messages.find((message) => message.type === type && !given.has(message)),
      {
        message: () => `a '${type}' message; there were ${JSON.stringify(messages)}`,
      },
    );
    given.add(found);
    return found;
  };
  return {
    messages,
    socket,
    send,
    next,
    subscribe: (id, filter = {}, after) => {
      send({ type: 'subscribe', id, filter, ...(after === undefined ? {} : { after }) });
      return next('subscribed');
    },
    closed: () => waitUntil(() => end, { message: 'the stream to end' }),
  };
}

/** Status and body of a refused upgrade. */
export async function refusedUpgrade(
  url: string,
  token?: string,
): Promise<{ status: number; body: ServerMessage }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    body: JSON.parse(Buffer.concat(chunks).toString()) as ServerMessage,
  };
}
