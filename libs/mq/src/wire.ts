import { randomUUID } from 'node:crypto';
import type { Outgoing } from './define-message.js';
import type { Envelope, Received } from './envelope.js';
import { nextTraceParent } from './traceparent.js';
import { toCamelKeys, toSnakeKeys } from './key-case.js';

/** A message as it travels; the same shape on both buses. Envelope fields without an AMQP property are headers. */
export interface WireMessage {
  readonly content: Buffer;
  readonly properties: WireProperties;
}

export interface WireProperties {
  readonly messageId: string;
  readonly correlationId: string;
  readonly type: string;
  readonly headers: WireHeaders;
}

/** Set by the broker on what is read from a log. */
export const offsetHeader = 'x-stream-offset';

export type WireHeaders = Readonly<Record<string, string | number>>;

/** What a broker hands back: written by anyone, so nothing in it is sure. */
export interface UntrustedMessage {
  readonly content: Buffer;
  readonly properties: {
    readonly messageId?: unknown;
    readonly correlationId?: unknown;
    readonly type?: unknown;
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
  };
}

/** A delivery before validation. */
export interface Delivered extends Received<unknown> {
  /** Why the content cannot be a message at all. */
  readonly defect?: string;
}

export function encode({ contract, body, cause }: Outgoing): WireMessage {
  const messageId = randomUUID();
  const correlationId = cause?.correlationId ?? messageId;
  return {
    content: Buffer.from(JSON.stringify(toSnakeKeys(body))),
    properties: {
      messageId,
      correlationId,
      type: contract.type,
      headers: {
        version: contract.version,
        published_at: Date.now(),
        traceparent: cause?.traceparent ?? nextTraceParent(correlationId),
        ...(cause?.messageId === undefined ? {} : { causation_id: cause.messageId }),
      },
    },
  };
}

/** Never throws: what cannot be read is described in `defect`. */
export function decode(wire: UntrustedMessage): Delivered {
  const attempt = Math.max(1, numberOf(wire.properties.headers?.['attempt']) ?? 1);
  const envelope = envelopeOf(wire);
  try {
    return { body: toCamelKeys(JSON.parse(wire.content.toString())), envelope, attempt };
  } catch (error) {
    return { body: undefined, envelope, attempt, defect: `not JSON: ${(error as Error).message}` };
  }
}

/**
 * The same message with `headers` added or, where undefined, taken away; missing identity is made up. The headers
 * of its earlier life in a broker (`x-death`, `x-delivery-count`) stay behind.
 */
export function rewrite(
  wire: UntrustedMessage,
  headers: Readonly<Record<string, string | number | undefined>>,
): WireMessage {
  const { messageId, correlationId, type } = envelopeOf(wire);
  const merged = { ...wire.properties.headers, ...headers };
  const kept = Object.entries(merged).filter(
    (entry): entry is [string, string | number] =>
      ['string', 'number'].includes(typeof entry[1]) && !entry[0].startsWith('x-'),
  );
  return {
    content: wire.content,
    properties: { messageId, correlationId, type, headers: Object.fromEntries(kept) },
  };
}

function envelopeOf({ properties }: UntrustedMessage): Envelope {
  const { headers = {} } = properties;
  const messageId = textOf(properties.messageId) ?? randomUUID();
  const causationId = textOf(headers['causation_id']);
  const traceparent = textOf(headers['traceparent']);
  const offset = numberOf(headers[offsetHeader]);
  return {
    messageId,
    correlationId: textOf(properties.correlationId) ?? messageId,
    type: textOf(properties.type) ?? '',
    version: numberOf(headers['version']) ?? 0,
    timestamp: new Date(numberOf(headers['published_at']) ?? 0),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(offset === undefined ? {} : { offset }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
