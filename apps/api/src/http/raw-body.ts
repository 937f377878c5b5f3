import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.js';

export interface SizeLimit {
  bytes: number;
  /** Runs before the answer. */
  onExceeded: () => Promise<void>;
}

/** `type/subtype` with parameters or without (RFC 9110, 8.3.1). */
const contentTypePattern = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+ *(?:;|$)/;

/** Any content type, also one that is none, as the bytes that came: signatures cover them. A body that says it is too large is not read. */
export function acceptBytes(app: FastifyInstance, limitOf: (request: FastifyRequest) => SizeLimit): void {
  app.addHook('onRequest', async ({ headers }) => {
    const type = headers['content-type'];
    if (type !== undefined && !contentTypePattern.test(type))
      headers['content-type'] = 'application/octet-stream';
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { bytes, onExceeded } = limitOf(request);
    const body = await readBytes(payload, bytes);
    if (body !== undefined) return body;
    await onExceeded();
    throw new HttpError('PAYLOAD_TOO_LARGE', `the request body is larger than ${bytes} bytes`, {
      // What the client goes on sending is nobody's.
      headers: { connection: 'close' },
    });
  });
}

/** Undefined when there are more. The stream is not destroyed then: its connection still carries the answer. */
function readBytes(payload: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (Number(payload.headers['content-length'] ?? 0) > most) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) return void chunks.push(chunk);
      payload.off('data', onData);
      resolve(undefined);
    };
    payload
      .on('data', onData)
      .once('end', () => resolve(Buffer.concat(chunks, size)))
      .once('error', reject)
      .once('close', () => reject(new HttpError('BAD_REQUEST', 'the request ended before its body')));
  });
}
