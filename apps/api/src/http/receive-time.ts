import type { FastifyRequest } from 'fastify';

/** Ends the connection of a request whose body does not come in time. Uploads have a longer time of their own. */
export function receivedWithin(timeoutMs: number): (request: FastifyRequest) => Promise<void> {
  return async ({ raw }) => {
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0;
    if (!hasBody) return;
    const timer = setTimeout(() => raw.destroy(), timeoutMs);
    raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  };
}
