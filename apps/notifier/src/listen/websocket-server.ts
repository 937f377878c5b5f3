import { once } from 'node:events';
import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UnauthenticatedError } from '@attune/domain';
import { every } from '@attune/service';
import { WebSocketServer } from 'ws';
import type { NotifierContext } from '../context.js';
import { Connection } from './connection.js';
import { keepAlive } from './keep-alive.js';
import { bearerOf, refusalOf } from './upgrade.js';
import type { Refusal } from './upgrade.js';

/** Sessions nothing is delivered to are looked at this many times less often than the others. */
const idleFactor = 6;
const closeGraceMs = 3_000;

export interface StreamServer {
  readonly url: string;
  readonly isListening: boolean;
  /** Tells every client and ends the streams; those that do not go are cut off. */
  close(): Promise<void>;
}

export async function listenForStreams(ctx: NotifierContext): Promise<StreamServer> {
  const { settings, log } = ctx;
  const streams = new WebSocketServer({
    noServer: true,
    maxPayload: settings.max_frame_bytes,
    perMessageDeflate: false,
  });
  const connections = new Set<Connection>();
  const open = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    streams.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, ctx, bearerOf(request));
      connections.add(connection);
      webSocket.once('close', () => connections.delete(connection));
    });

  const server = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ code: 'UPGRADE_REQUIRED', error: 'this is a WebSocket server' }));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    void refusal(ctx, request, streams.clients.size).then((refused) => {
      if (refused === undefined) open(request, socket, head);
      else refuse(socket, refused);
    });
  });
  server.listen(settings.port, settings.host);
  await once(server, 'listening');

  const pings = keepAlive(streams, settings.ping_ms);
  const recheck = () => Promise.all([...connections].map((connection) => connection.recheck()));
  const rechecks = every(settings.recheck_ms * idleFactor, recheck, {
    log,
    name: 'stream sessions',
    jitter: 0.2,
  });
  return {
    url: urlOf(server, settings.host),
    get isListening() {
      return server.listening;
    },
    close: async () => {
      pings.stop();
      await rechecks.stop();
      for (const connection of connections) connection.close();
      await closeServer(server, streams);
    },
  };
}

/** Checks the request, and its token if it has one: a client that cannot be served is told by an HTTP status. */
async function refusal(
  { settings, authenticator, log }: NotifierContext,
  request: IncomingMessage,
  open: number,
): Promise<Refusal | undefined> {
  const refused = refusalOf(request, open >= settings.max_connections);
  const token = bearerOf(request);
  if (refused !== undefined || token === undefined) return refused;
  try {
    await authenticator.ofToken(token, request.socket.remoteAddress);
    return undefined;
  } catch (error) {
    if (error instanceof UnauthenticatedError)
      return { status: 401, code: error.code, message: error.message };
    log.error({ event: 'stream.refused', err: error }, 'cannot check a token');
    return { status: 503, code: 'UNAVAILABLE', message: 'try again later' };
  }
}

function refuse(socket: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ error: message, code });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `ws://${host.includes(':') ? `[${host}]` : host}:${port}/ws`;
}

async function closeServer(server: Server, streams: WebSocketServer): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => {
    for (const client of streams.clients) client.terminate();
  }, closeGraceMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(cut);
  streams.close();
}
