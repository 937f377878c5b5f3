import { findTriggerByRef, insertEvents } from '@attune/db';
import type { Db, InsertedEvent, NewEvent, TriggerRow } from '@attune/db';
import { ValidationError } from '@attune/domain';

import { cacheByEpoch } from './definition-cache.js';
import type { LoadByRef } from './definition-cache.js';
import type { BatchWork } from './gather.js';
import { checkEvent } from './incoming-event.js';
import type { IncomingEvent } from './incoming-event.js';

const loadTriggers = cacheByEpoch(findTriggerByRef);

export interface StoredEvent {
  readonly id: number;
  readonly duplicate: boolean;
  /** Ref of the trigger. */
  readonly trigger: string;
}

/** How events are stored, where it is not the usual way. */
export interface Storing {
  /** The triggers by ref, for callers who have just loaded them. */
  readonly load?: LoadByRef<Pick<TriggerRow, 'out_schema'>>;
  readonly insert?: BatchWork<Db, NewEvent, InsertedEvent>;
}

/**
 * Validates and inserts a batch in one statement, in the transaction of `db` when it is one: for callers
 * whose own change has to be committed with the events. They publish `announceEvents` after the commit.
 */
export async function storeEvents(
  db: Db,
  events: readonly IncomingEvent[],
  { load = loadTriggers, insert = insertEvents }: Storing = {},
): Promise<readonly StoredEvent[]> {
  if (events.length === 0) return [];
  const triggers = await load(
    db,
    events.map(({ trigger }) => trigger),
  );
  const details = events.flatMap((event, index) =>
    checkEvent(event, triggers.get(event.trigger), `events[${index}]`),
  );
  if (details.length > 0) throw new ValidationError('cannot record the events', { details });
  const rows = await insert(db, events.map(toRow));
  return rows.map(({ id, duplicate }, index) => ({ id, duplicate, trigger: events[index]?.trigger ?? '' }));
}

function toRow(event: IncomingEvent): NewEvent {
  return {
    trigger_ref: event.trigger,
    payload: event.payload,
    config: event.config,
    source_ref: event.source,
    rule_ref: event.rule,
    dedupe_key: event.dedupeKey,
    cause_execution: event.causeExecution,
  };
}
