import type { Db, Trx } from '../database.js';
import { between, equals, isSet, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byId } from '../page.js';
import type { EventRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';
import type { LimitColumns } from '../visible.js';
import { deleteWithConsequences, deletionStatement } from './deletion-statement.js';
import { eventInsertion, insertedEvents } from './event-statement.js';
import type { EventInsertOutcome, InsertedEvent, NewEvent } from './event-statement.js';

export { StaleDefinitionsError } from './event-statement.js';
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
  'cause_execution',
  'cause_root',
  'cause_depth',
] as const;

/** An event belongs to the pack of its trigger. */
export const eventLimits: LimitColumns = {
  id: 'event.id',
  ref: 'event.trigger_ref',
  componentRef: 'event.trigger_ref',
};

const events = tableOf('event');

const insertStatement = statement<EventInsertOutcome>('insert_events', eventInsertion(), { keepPlan: true });

const pendingStatement = statement<EventRow>(
  'load_pending_events',
  `select e.* from unnest($1::bigint[]) as i(id)
cross join lateral (select * from attune.event e where e.id = i.id and e.status = 'pending' limit 1) e
order by e.id`,
  { keepPlan: true },
);

const holdStatement = statement<{ id: number }>(
  'hold_pending_events',
  `select e.id from attune.event e where e.id = any($1::bigint[]) and e.status = 'pending' order by e.id for update`,
);

const loadStatement = statement<EventRow>(
  'load_events',
  'select e.* from attune.event e where e.id = any($1::bigint[]) order by e.id',
);

/* The so-many-th newest event of the chain: when that is young, there were more in so short a time. */
const busyStatement = statement<{ root: number }>(
  'list_busy_causes',
  `select r.root from unnest($1::bigint[]) as r(root)
cross join lateral (
  select e.created from attune.event e where e.cause_root = r.root order by e.id desc offset $2::bigint limit 1
) e
where e.created > now() - $3::double precision * interval '1 millisecond'`,
);

const deleteStatement = deletionStatement('delete_event', {
  events: 'select id, status from attune.event where id = $1::bigint for update',
  enforcements: 'select id, status, execution from attune.enforcement where event = $1::bigint for update',
  executions: 'select t.id, t.root from attune.execution t join f on f.execution = t.id',
});

/**
 * Records a batch in one statement, answers in input order. A key that was used before gives the earlier
 * event. An unknown trigger, sensor or rule: MissingReferenceError, and nothing is recorded; nor is it, with a
 * StaleDefinitionsError, when definitions are in another epoch than an event names.
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

/** Ids of those that are not evaluated yet; until the transaction ends nobody else evaluates them. */
export async function holdPendingEvents(trx: Trx, ids: readonly number[]): Promise<Set<number>> {
  return new Set((await holdStatement.run(trx, [[...ids]])).map(({ id }) => id));
}

/** Which of these chains of causes (event.cause_root) have led to more than `most` events within the last `spanMs`. */
export async function listBusyCauses(
  db: Db,
  roots: readonly number[],
  { most, spanMs }: { most: number; spanMs: number },
): Promise<Set<number>> {
  if (roots.length === 0) return new Set();
  return new Set((await busyStatement.run(db, [[...roots], most, spanMs])).map(({ root }) => root));
}

/** Those of the given events that there are, in id order. */
export async function loadEvents(db: Db, ids: readonly number[]): Promise<EventRow[]> {
  return ids.length === 0 ? [] : loadStatement.run(db, [[...new Set(ids)]]);
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
  limits: eventLimits,
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
