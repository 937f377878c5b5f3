import type { Cause } from '@attune/mq';

import type { IntakeContext } from './intake-context.js';

/** One occurrence as its source reports it. Refs, not ids: callers know names. */
export interface IncomingEvent {
  /** Ref of the trigger, `pack.name`. */
  readonly trigger: string;
  readonly payload?: unknown;
  /** Circumstances of the arrival (headers, source address, timer instant); never secrets. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Ref of the sensor that saw it. */
  readonly source?: string;
  /** Ref of the only rule this event is meant for. */
  readonly rule?: string;
  /** The same key for the same trigger records one event, whenever it arrives. */
  readonly dedupeKey?: string;
}

export interface RecordedEvent {
  readonly id: number;
  /** True when an earlier event had the same de-duplication key; `id` is that event's. */
  readonly duplicate: boolean;
}

/**
 * Records a batch of events: all of them or, with a ValidationError that names every problem by path
 * (`events[3].payload.size`), none. When it returns, the events are committed; they are announced
 * afterwards, and if that fails the executor's sweep announces them. Repeating a call is safe for events
 * with a de-duplication key. Answers in input order.
 */
export declare function recordEvents(
  ctx: IntakeContext,
  events: readonly IncomingEvent[],
  cause?: Cause,
): Promise<readonly RecordedEvent[]>;
