import { hash } from 'node:crypto';

/** W3C trace context, `00-<trace id>-<span id>-<flags>`. */
export type TraceParent = string;

const wellFormed = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/**
 * The trace context of the next hop: the same trace, a new span. Without a usable parent the trace id is derived
 * from the correlation id, so that everything with one root shares a trace even where a hop lost the header.
 */
export function nextTraceParent(correlationId: string, parent?: TraceParent): TraceParent {
  const [, traceId = traceIdOf(correlationId), flags = '01'] = wellFormed.exec(parent ?? '') ?? [];
  return `00-${traceId}-${spanId()}-${flags}`;
}

function traceIdOf(correlationId: string): string {
  return hash('sha256', correlationId, 'hex').slice(0, 32);
}

/** Distinct, not secret: one is made per message. */
function spanId(): string {
  return randomHex() + randomHex();
}

function randomHex(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
