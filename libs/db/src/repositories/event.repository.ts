import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { EventRow } from '../schema/index.js';

export interface NewEvent {
  trigger_ref: string;
  payload?: unknown;
  config?: Record<string, unknown> | null | undefined;
  /** Ref of the sensor. */
  source_ref?: string | undefined;
  /** Ref of the only rule this event is meant for. */
  rule_ref?: string | undefined;
  dedupe_key?: string | undefined;
}

export interface InsertedEvent {
  id: number;
  /** True: an earlier event (of this batch or before) had the key; `id` and `created` are that event's. */
  duplicate: boolean;
  created: Date;
}

export interface EventFilter {
  /** `*` is a wildcard. */
  trigger_ref?: string | undefined;
  source_ref?: string | undefined;
  rule_ref?: string | undefined;
  status?: EventRow['status'] | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** Without config and payload. */
export type EventSummary = Omit<EventRow, 'config' | 'payload'>;

/**
 * Records a batch in one statement, answers in input order. A key that was used before gives the earlier
 * event. An unknown trigger, sensor or rule: MissingReferenceError, and nothing is recorded.
 */
export declare function insertEvents(db: Db, events: readonly NewEvent[]): Promise<InsertedEvent[]>;
/** Those of the given events that are not evaluated yet, in id order. */
export declare function loadPendingEvents(db: Db, ids: readonly number[]): Promise<EventRow[]>;
export declare function findEvent(db: Db, id: number): Promise<EventRow | undefined>;
export declare function getEvent(db: Db, id: number): Promise<EventRow>;
/** Newest first. */
export declare function listEvents(
  db: Db,
  filter: EventFilter,
  page: PageRequest,
): Promise<Page<EventSummary>>;
