import type { Db } from '../database.js';
import { allOf, between } from '../filter.js';
import type { EventRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { isVisible } from '../visible.js';
import type { Limited } from '../visible.js';
import { eventLimits } from './event.repository.js';

/** Which events of the past: those of a trigger, of a time. */
export interface RecordedEventFilter extends Limited {
  trigger_ref: string;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** Ids, both included; `last` is 0 when there is none. */
export interface EventSpan {
  first: number;
  last: number;
}

/** What a rule is evaluated on. */
export type RecordedEvent = Pick<
  EventRow,
  'id' | 'created' | 'trigger_ref' | 'rule' | 'rule_ref' | 'payload'
>;

/** An id is drawn in the transaction that stamps its row, so rows out of order are no further apart than this. */
const disorder = `interval '1 minute'`;

/* Halves what is left of all ids, so it costs some twenty look-ups by key, however many events there are. */
const spanStatement = statement<EventSpan>(
  'find_event_span',
  `with recursive bounds as materialized (
  select coalesce(min(id), 1) as low, coalesce(max(id), 0) as high from attune.event
), halving (side, low, high, at) as (
  select s.side, b.low, b.high + 1, s.at
  from bounds b cross join (
    values ('first', $1::timestamptz - ${disorder}), ('last', $2::timestamptz + ${disorder})
  ) s (side, at)
  where s.at is not null
  union all
  select h.side, case when e.created < h.at then e.id + 1 else h.low end,
    case when e.created < h.at then h.high else m.id end, h.at
  from halving h
  cross join lateral (select h.low + (h.high - h.low) / 2 as id) m
  cross join lateral (select id, created from attune.event where id >= m.id order by id limit 1) e
  where h.low < h.high
)
select coalesce((select max(low) from halving where side = 'first'), b.low) as first,
  coalesce((select max(low) - 1 from halving where side = 'last'), b.high) as last
from bounds b`,
);

/** Where in the order of ids the events of a time lie, and a little around them. */
export async function findEventSpan(
  db: Db,
  { created_after, created_before }: Pick<RecordedEventFilter, 'created_after' | 'created_before'>,
): Promise<EventSpan> {
  const [span] = await spanStatement.run(db, [created_after ?? null, created_before ?? null]);
  return span ?? { first: 1, last: 0 };
}

/** At most `limit` of a span, oldest first; the next batch begins after the last id of this one. */
export async function listRecordedEvents(
  db: Db,
  { visible, trigger_ref, created_after, created_before }: RecordedEventFilter,
  { first, last, limit }: EventSpan & { limit: number },
): Promise<RecordedEvent[]> {
  return db
    .selectFrom('event')
    .select(['id', 'created', 'trigger_ref', 'rule', 'rule_ref', 'payload'])
    .where('trigger_ref', '=', trigger_ref)
    .where('id', '>=', first)
    .where('id', '<=', last)
    .where(allOf(between('event.created', created_after, created_before), isVisible(visible, eventLimits)))
    .orderBy('id')
    .limit(limit)
    .execute();
}
