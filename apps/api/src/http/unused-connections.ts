import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Connections on which nothing was ever asked do not count as idle: without this a stop waits for them. */
export function closeUnusedAtStop(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => unused.forEach((socket) => socket.destroy()));
}
