import { findTriggerByRef, insertEvents } from '@attune/db';
import type { Db, InsertedEvent, NewEvent, TriggerRow } from '@attune/db';
import { ValidationError } from '@attune/domain';

import { cacheByEpoch, decideOn } from './definition-cache.js';
import type { Known } from './definition-cache.js';
import type { BatchWork } from './gather.js';
import { checkEvent } from './incoming-event.js';
import type { IncomingEvent } from './incoming-event.js';

type CheckedTrigger = Pick<TriggerRow, 'out_schema'>;

const triggerCache = cacheByEpoch<CheckedTrigger>(findTriggerByRef);

export interface StoredEvent {
  readonly id: number;
  readonly duplicate: boolean;
  /** Ref of the trigger. */
  readonly trigger: string;
}

/** How events are stored, where it is not the usual way. */
export interface Storing {
  /** The triggers, of callers who decide more on them, and do all of it again after a StaleDefinitionsError. */
  readonly triggers?: Known<CheckedTrigger>;
  readonly insert?: BatchWork<Db, NewEvent, InsertedEvent>;
}

/**
 * Validates and inserts a batch in one statement, in the transaction of `db` when it is one: for callers
 * whose own change has to be committed with the events. They publish `announceEvents` after the commit.
 */
export async function storeEvents(
  db: Db,
  events: readonly IncomingEvent[],
  { triggers, insert = insertEvents }: Storing = {},
): Promise<readonly StoredEvent[]> {
  if (events.length === 0) return [];
  const store = (known: Known<CheckedTrigger>) => storeChecked(db, events, { triggers: known, insert });
  const refs = events.map(({ trigger }) => trigger);
  return triggers === undefined ? decideOn(triggerCache, { db, refs }, store) : store(triggers);
}

async function storeChecked(
  db: Db,
  events: readonly IncomingEvent[],
  { triggers, insert }: Required<Storing>,
): Promise<readonly StoredEvent[]> {
  const details = events.flatMap((event, index) =>
    checkEvent(event, triggers.byRef.get(event.trigger), `events[${index}]`),
  );
  if (details.length > 0) throw new ValidationError('cannot record the events', { details });
  const rows = await insert(
    db,
    events.map((event) => toRow(event, triggers.epoch)),
  );
  return rows.map(({ id, duplicate }, index) => ({ id, duplicate, trigger: events[index]?.trigger ?? '' }));
}

function toRow(event: IncomingEvent, epoch: number): NewEvent {
  return {
    trigger_ref: event.trigger,
    payload: event.payload,
    config: event.config,
    source_ref: event.source,
    rule_ref: event.rule,
    dedupe_key: event.dedupeKey,
    cause_execution: event.causeExecution,
    epoch,
  };
}
