import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { WireRequest } from './request-arbitrary.js';

export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Undefined for a stream, which is left at its first byte. */
  text: string | undefined;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

export function closeConnections(): void {
  agent.destroy();
}

/** Sends it as it is, which fetch would not; fails when there is no whole answer in time. */
export async function sendWire(baseUrl: string, wire: WireRequest, timeoutMs: number): Promise<WireAnswer> {
  const within = { signal: AbortSignal.timeout(timeoutMs) };
  try {
    return await sendOnce(baseUrl, wire, { ...within, agent });
  } catch (error) {
    if (!(error instanceof ClosedBefore)) throw error;
    return sendOnce(baseUrl, wire, { ...within, agent: false });
  }
}

/** The server closed a kept connection before it read the request: nobody's fault. */
class ClosedBefore extends Error {}

function sendOnce(
  baseUrl: string,
  wire: WireRequest,
  options: { signal: AbortSignal; agent: Agent | false },
): Promise<WireAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const { method, target: path, body } = wire;
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const headers = { ...wire.headers, ...length };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, ...options });
    sent.on('error', (error) => {
      reject(sent.reusedSocket ? new ClosedBefore('closed', { cause: error }) : error);
    });
    sent.on('response', (response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers };
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        sent.destroy();
        return resolve({ ...answer, text: undefined });
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ ...answer, text: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.end(body);
  });
}
