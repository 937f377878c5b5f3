import type { Db } from '../database.js';
import { between, equals, isSet, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byId } from '../page.js';
import type { EventRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';
import { deleteWithConsequences, deletionStatement } from './deletion-statement.js';
import { eventInsertion, insertedEvents } from './event-statement.js';
import type { EventInsertOutcome, InsertedEvent, NewEvent } from './event-statement.js';

export type { InsertedEvent, NewEvent } from './event-statement.js';

export interface EventFilter {
  /** `*` is a wildcard, here and in other refs. */
  trigger_ref?: string | undefined;
  source_ref?: string | undefined;
  rule_ref?: string | undefined;
  status?: EventRow['status'] | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** Payloads are not read for lists. */
export type EventSummary = Omit<EventRow, 'config' | 'payload'>;

const summaryColumns = [
  'id',
  'created',
  'trigger',
  'trigger_ref',
  'trigger_version',
  'source',
  'source_ref',
  'rule',
  'rule_ref',
  'status',
  'evaluated_at',
  'matched',
  'announced_at',
  'announcements',
] as const;

const events = tableOf('event');

const insertStatement = statement<EventInsertOutcome>('insert_events', eventInsertion(), { keepPlan: true });

const pendingStatement = statement<EventRow>(
  'load_pending_events',
  `select e.* from unnest($1::bigint[]) as i(id)
cross join lateral (select * from attune.event e where e.id = i.id and e.status = 'pending' limit 1) e
order by e.id`,
  { keepPlan: true },
);

const deleteStatement = deletionStatement('delete_event', {
  events: 'select id, status from attune.event where id = $1::bigint for update',
  enforcements: 'select id, status, execution from attune.enforcement where event = $1::bigint for update',
  executions: 'select t.id, t.root from attune.execution t join f on f.execution = t.id',
});

/**
 * Records a batch in one statement, answers in input order. A key that was used before gives the earlier
 * event. An unknown trigger, sensor or rule: MissingReferenceError, and nothing is recorded.
 */
export async function insertEvents(db: Db, batch: readonly NewEvent[]): Promise<InsertedEvent[]> {
  if (batch.length === 0) return [];
  return insertedEvents(
    await insertStatement.run(db, [toJson(batch.map((event, ord) => ({ ord, ...event })))]),
  );
}

/** Those of the given events that are not evaluated yet, in id order. */
export async function loadPendingEvents(db: Db, ids: readonly number[]): Promise<EventRow[]> {
  return ids.length === 0 ? [] : pendingStatement.run(db, [[...new Set(ids)]]);
}

export const findEvent = events.find;

export const getEvent = events.get;

/** With its enforcements and their executions. InvalidStateError while any of them is under way. */
export async function deleteEvent(db: Db, id: number): Promise<boolean> {
  return deleteWithConsequences(db, deleteStatement, { entity: 'event', id });
}

/** Newest first. */
export const listEvents = listOf<EventSummary, EventFilter>('event', {
  order: byId('event'),
  limits: { id: 'event.id', ref: 'event.trigger_ref', componentRef: 'event.trigger_ref' },
  columns: summaryColumns,
  conditions: (filter) => [
    matchesRef('event.trigger_ref', filter.trigger_ref),
    matchesRef('event.source_ref', filter.source_ref),
    matchesRef('event.rule_ref', filter.rule_ref),
    equals('event.status', filter.status),
    // The pending are few among all, and in the index of those that are still to be announced.
    filter.status === 'pending' ? isSet('event.announced_at', true) : undefined,
    between('event.created', filter.created_after, filter.created_before),
  ],
});
