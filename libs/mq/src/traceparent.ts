import { createHash, randomBytes } from 'node:crypto';

/** W3C trace context, `00-<trace id>-<span id>-<flags>`. */
export type TraceParent = string;

const wellFormed = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/**
 * The trace context of the next hop: the same trace, a new span. Without a usable parent the trace id is derived
 * from the correlation id, so that everything with one root shares a trace even where a hop lost the header.
 */
export function nextTraceParent(correlationId: string, parent?: TraceParent): TraceParent {
  const [, traceId = traceIdOf(correlationId), flags = '01'] = wellFormed.exec(parent ?? '') ?? [];
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}

function traceIdOf(correlationId: string): string {
  return createHash('sha256').update(correlationId).digest('hex').slice(0, 32);
}
