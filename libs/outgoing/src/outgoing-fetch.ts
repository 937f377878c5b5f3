import type { IncomingMessage } from 'node:http';
import type { AddressGuard } from './address-guard.js';
import { openRequest } from './open-request.js';

const withoutBody = [204, 205, 304];

/** What client libraries ask of a `fetch` that they are given. */
export type OutgoingFetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: unknown;
    signal?: AbortSignal | null | undefined;
  },
) => Promise<Response>;

export interface OutgoingFetchOptions {
  readonly guard: AddressGuard;
  readonly ca?: string | undefined;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  /** A larger answer is an error. */
  readonly maxBytes: number;
}

/** `fetch` under the guard, for libraries: bounded in time and size, no redirects, no compression. */
export function createOutgoingFetch(options: OutgoingFetchOptions): OutgoingFetch {
  const { guard, ca, timeoutMs, maxBytes } = options;
  return async (url, { method, headers, body, signal }) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const answer = await openRequest(
      { url: new URL(url), method, headers, body: textOf(body) },
      { guard, ca, signal: signal ? AbortSignal.any([signal, limit]) : limit },
    );
    const bytes = await readAll(answer, maxBytes);
    const status = answer.statusCode ?? 0;
    return new Response(withoutBody.includes(status) ? null : bytes, { status, headers: headersOf(answer) });
  };
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text and forms are sent');
}

async function readAll(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function headersOf({ headers }: IncomingMessage): Headers {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  return new Headers(pairs);
}
