import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

export interface ResponseBody {
  /** Text, or base64 when it is not text. */
  readonly body: string;
  readonly body_encoding?: 'base64';
  /** The body parsed, when it says it is JSON and is. */
  readonly json?: unknown;
}

/** Reads and decodes a body; a larger one, also once decompressed, is an error as soon as that is known. */
export async function readBody(
  response: IncomingMessage,
  { limit, method }: { limit: number; method: string },
): Promise<ResponseBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  const decoded = method === 'HEAD' ? response : decompressed(response);
  for await (const chunk of decoded as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      response.destroy();
      throw new Error(`the answer is larger than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return asText(Buffer.concat(chunks), response.headers['content-type'] ?? '');
}

function decompressed(response: IncomingMessage): Readable {
  const decoder = decoderOf(response.headers['content-encoding']);
  if (decoder === undefined || isBodiless(response)) return response;
  // failures surface where the decoder is read
  return pipeline(response, decoder, () => undefined);
}

function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

/** These statuses, and answers to HEAD, describe a body they do not have. */
function isBodiless({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 204 || statusCode === 304 || headers['content-length'] === '0';
}

function asText(bytes: Buffer, contentType: string): ResponseBody {
  const [, charset = 'utf-8'] = /charset="?([^\s;"]+)/i.exec(contentType) ?? [];
  const body = decodeText(bytes, charset);
  if (body === undefined) return { body: bytes.toString('base64'), body_encoding: 'base64' };
  return { body, ...parsed(body, contentType) };
}

function decodeText(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(body: string, contentType: string): { json?: unknown } {
  if (!/[/+]json\b/i.test(contentType)) return {};
  try {
    return { json: JSON.parse(body) as unknown };
  } catch {
    return {};
  }
}
