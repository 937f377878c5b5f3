import type { Socket } from 'node:net';

/**
 * Sends what is written in one go with one system call. amqplib writes each message by itself, which costs more
 * than everything else about it; nothing is delayed beyond the end of the running callback.
 */
export function coalesceWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: Parameters<Socket['write']>) => boolean;
  socket.write = ((...args: Parameters<Socket['write']>) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    return write(...args);
  }) as Socket['write'];
}
