import type { IncomingMessage } from 'node:http';
import { openRequest } from '@attune/outgoing';
import type { AddressGuard } from '@attune/outgoing';
import { parseHttpUrl } from './http-call.js';
import type { HttpCall } from './http-call.js';

const credentials = ['authorization', 'cookie', 'proxy-authorization'];

/** Sends the request and follows redirects, each hop under the same guard. */
export async function sendRequest(
  call: HttpCall,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let hop: Hop = call;
  for (let redirects = 0; ; redirects++) {
    const response = await openRequest(hop, { guard, signal, verifyTls: call.verifyTls });
    const { statusCode = 0, headers } = response;
    const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
    if (!isRedirect || call.maxRedirects === 0) return response;
    response.destroy();
    if (redirects === call.maxRedirects) throw new Error(`more than ${call.maxRedirects} redirects`);
    hop = nextHop(hop, statusCode, parseHttpUrl(headers.location ?? '', hop.url));
  }
}

type Hop = Pick<HttpCall, 'url' | 'method' | 'headers' | 'body'>;

/** What browsers do: after 303, and after 301 and 302 to a POST, the next request is a GET without a body. */
function nextHop(hop: Hop, status: number, url: URL): Hop {
  const asGet = status === 303 ? hop.method !== 'HEAD' : hop.method === 'POST' && status < 303;
  const dropped = [
    ...(asGet ? ['content-type', 'content-length'] : []),
    ...(url.origin === hop.url.origin ? [] : credentials),
  ];
  const headers = Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped.includes(name)));
  return asGet ? { url, method: 'GET', headers, body: undefined } : { ...hop, url, headers };
}
