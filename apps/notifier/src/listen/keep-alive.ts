import type { WebSocket, WebSocketServer } from 'ws';

/** Pings every client; one that has not answered by the next round is gone without having said so. */
export function keepAlive(streams: WebSocketServer, intervalMs: number): { stop(): void } {
  const silent = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const client of streams.clients) {
      if (silent.has(client)) client.terminate();
      silent.add(client);
      client.once('pong', () => silent.delete(client));
      client.ping();
    }
  }, intervalMs);
  return { stop: () => clearInterval(timer) };
}
