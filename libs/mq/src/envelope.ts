import type { TraceParent } from './traceparent.js';

/** What surrounds a body: who it belongs to and what it says it is. */
export interface Envelope {
  readonly messageId: string;
  /** The event or request at the root of everything that follows, e.g. `event:17`. */
  readonly correlationId: string;
  /** Id of the message whose handling produced this one. */
  readonly causationId?: string;
  readonly type: string;
  readonly version: number;
  readonly timestamp: Date;
  /** W3C trace context. */
  readonly traceparent?: TraceParent;
  /** Where it stands in its log; only of messages that were read from one. */
  readonly offset?: number;
}

/** Why a message is published; carried into its envelope. */
export interface Cause {
  readonly correlationId: string;
  readonly messageId?: string;
  readonly traceparent?: TraceParent;
}

export interface Received<B> {
  readonly body: B;
  readonly envelope: Envelope;
  /** 1 for the first delivery; grows with each `retry`, not with releases, restarts or lost connections. */
  readonly attempt: number;
}

/** The cause to publish with while handling `received`. */
export function causeOf({ envelope }: Received<unknown>): Cause {
  const { correlationId, messageId, traceparent } = envelope;
  return { correlationId, messageId, ...(traceparent === undefined ? {} : { traceparent }) };
}

/** The cause of everything that follows from a recorded event. */
export function causeOfEvent(eventId: number): Cause {
  return { correlationId: `event:${eventId}` };
}
