import type { IncomingHttpHeaders } from 'node:http';
import type { OpenWebhook } from './open-webhook.js';

/** A delivery to a webhook before its body is read. */
export interface Arrival {
  /** The last part of its address, which is a credential. */
  readonly key: string;
  readonly webhook: OpenWebhook;
  /** Of the definitions in which the webhook was found. */
  readonly epoch: number;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, unknown>>;
  /** Of the client; headers that name another one count only from configured proxies. */
  readonly address: string;
  readonly receivedAt: Date;
  /** By the clock of performance.now(). */
  readonly startedAt: number;
  /** Of the body, at most. */
  readonly maxBytes: number;
}
