import { createHash } from 'node:crypto';
import type { DeadLetter } from './bus.js';
import { decode, rewrite } from './wire.js';
import type { UntrustedMessage, WireMessage } from './wire.js';

/** Why a message was given up; on the wire these are headers beside its own. */
export interface Burial {
  readonly reason: string;
  readonly queue: string;
  readonly handler: string;
  readonly attempts: number;
}

/** A message on its way to the dead letters. */
export function bury(wire: UntrustedMessage, { reason, queue, handler, attempts }: Burial): WireMessage {
  return rewrite(identified(wire), {
    dead_reason: reason.slice(0, 2_000),
    dead_queue: queue,
    dead_handler: handler,
    dead_attempts: attempts,
    dead_at: Date.now(),
  });
}

/** A dead letter for people. Those the broker buried itself carry its `x-death` list instead of our headers. */
export function describeDeadLetter(wire: UntrustedMessage): DeadLetter {
  const { body, envelope, attempt, defect } = decode(identified(wire));
  const headers = wire.properties.headers ?? {};
  const broker = burialByBroker(headers);
  return {
    id: envelope.messageId,
    type: envelope.type,
    version: envelope.version,
    body: defect === undefined ? body : wire.content.toString(),
    reason: textOf(headers['dead_reason']) ?? broker.reason,
    queue: queueOf(wire),
    handler: textOf(headers['dead_handler']) ?? 'broker',
    attempts: typeof headers['dead_attempts'] === 'number' ? headers['dead_attempts'] : attempt,
    correlationId: envelope.correlationId,
    diedAt: new Date(typeof headers['dead_at'] === 'number' ? headers['dead_at'] : broker.at),
  };
}

/** The queue it died in, as its burial names it: unprefixed by us, the broker's name by the broker. */
export function queueOf({ properties: { headers = {} } }: UntrustedMessage): string {
  return textOf(headers['dead_queue']) ?? burialByBroker(headers).queue;
}

/** The message as it was before its first attempt. */
export function revive(wire: UntrustedMessage): WireMessage {
  return rewrite(identified(wire), {
    attempt: undefined,
    dead_reason: undefined,
    dead_queue: undefined,
    dead_handler: undefined,
    dead_attempts: undefined,
    dead_at: undefined,
  });
}

/** A message without an id gets one that every look at it gives again. */
function identified(wire: UntrustedMessage): UntrustedMessage {
  const { messageId } = wire.properties;
  if (typeof messageId === 'string' && messageId !== '') return wire;
  const digest = createHash('sha256').update(wire.content).digest('hex').slice(0, 32);
  return { content: wire.content, properties: { ...wire.properties, messageId: `content-${digest}` } };
}

function burialByBroker(headers: Readonly<Record<string, unknown>>): {
  reason: string;
  queue: string;
  at: number;
} {
  const deaths = headers['x-death'];
  const [last] = Array.isArray(deaths) ? (deaths as Record<string, unknown>[]) : [];
  const time = last?.['time'] as { value?: unknown } | undefined;
  return {
    reason: textOf(last?.['reason']) ?? 'unknown',
    queue: textOf(last?.['queue']) ?? '',
    at: typeof time?.value === 'number' ? time.value * 1_000 : 0,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
