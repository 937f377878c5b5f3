import { Agent, request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as requestHttps } from 'node:https';
import type { AddressGuard } from './address-guard.js';

/** A connection per request: an idle one that the server has just closed would fail a request for no reason. */
const agents = { http: new Agent(), https: new TlsAgent() };

export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface RequestSettings {
  readonly guard: AddressGuard;
  readonly signal: AbortSignal;
  /** Certificates (PEM) trusted instead of those that come with Node.js. */
  readonly ca?: string | undefined;
  /** Whether the certificate is checked; it is, unless said. */
  readonly verifyTls?: boolean;
}

/** One request to an http or https address, as far as the headers of its answer. Redirects are not followed. */
export function openRequest(
  { url, method, headers, body }: OutgoingRequest,
  { guard, signal, ca, verifyTls = true }: RequestSettings,
): Promise<IncomingMessage> {
  const options = { method, headers, lookup: guard.lookup, signal };
  const tls = { agent: agents.https, rejectUnauthorized: verifyTls, ...(ca === undefined ? {} : { ca }) };
  return new Promise((resolve, reject) => {
    guard.checkHost(url.hostname);
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, ...tls }, resolve)
        : requestHttp(url, { ...options, agent: agents.http }, resolve);
    request.on('error', reject);
    request.end(body);
  });
}
