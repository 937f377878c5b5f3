import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Ends at shutdown the connections that never carried a request. Browsers and pools open them ahead of need; Node
 * counts them as busy, so that closing would wait until they time out.
 */
export function endUnusedConnections(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }: { socket: Socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
  });
}
