import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { between, equals } from '../filter.js';
import { toJson } from '../json.js';
import { byAge } from '../page.js';
import type { WebhookDeliveryRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';
import { eventInsertion, insertedEvents } from './event-statement.js';
import type { EventInsertOutcome, InsertedEvent, NewEvent } from './event-statement.js';

interface Arrival {
  method?: string | null | undefined;
  /** Of the answer. */
  status_code: number;
  verified?: boolean | null | undefined;
  source_ip?: string | null | undefined;
  user_agent?: string | null | undefined;
  headers?: Record<string, unknown> | null | undefined;
  payload_size_bytes?: number | null | undefined;
  processing_time_ms?: number | null | undefined;
}

/** A delivery that became no event. */
export interface NewWebhookDelivery extends Arrival {
  trigger: number;
  rate_limited?: boolean | undefined;
  error?: string | null | undefined;
  omitted?: number | undefined;
}

/** An event with the delivery that brought it. */
export interface DeliveredEvent {
  event: NewEvent;
  delivery: Arrival;
}

export interface WebhookDeliveryFilter {
  trigger: number;
  status?: 'accepted' | 'rejected' | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

const deliveries = tableOf('webhook_delivery');

const insertStatement = statement<EventInsertOutcome>(
  'insert_delivered_events',
  eventInsertion({
    columns: ', delivery jsonb',
    ctes: `, logged as (
  insert into attune.webhook_delivery (trigger, trigger_ref, event, duplicate, method, status_code, verified,
    source_ip, user_agent, headers, payload_size_bytes, processing_time_ms)
  select n.trigger, n.trigger_ref, coalesce(c.event, n.id), coalesce(c.event <> n.id, false), d.*
  from numbered n
  left join claimed c on c.owner = n.trigger and c.key = n.dedupe_key
  cross join lateral jsonb_to_record(n.delivery) as d(
    method text, status_code integer, verified boolean, source_ip text, user_agent text, headers jsonb,
    payload_size_bytes integer, processing_time_ms integer
  )
  order by n.ord
)`,
  }),
  { keepPlan: true },
);

/** `insertEvents`, and in the same statement the log of the deliveries: neither is there without the other. */
export async function insertDeliveredEvents(
  db: Db,
  batch: readonly DeliveredEvent[],
): Promise<InsertedEvent[]> {
  if (batch.length === 0) return [];
  const input = batch.map(({ event, delivery }, ord) => ({ ord, ...event, delivery }));
  return insertedEvents(await insertStatement.run(db, [toJson(input)]));
}

export async function insertWebhookDelivery(
  db: Db,
  delivery: NewWebhookDelivery,
): Promise<WebhookDeliveryRow> {
  return db
    .insertInto('webhook_delivery')
    .values((eb) => ({
      ...toInsert('webhook_delivery', delivery),
      trigger_ref: eb.selectFrom('trigger').select('ref').where('id', '=', delivery.trigger),
    }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export const getWebhookDelivery = deliveries.get;

/** Newest first. */
export const listWebhookDeliveries = listOf<WebhookDeliveryRow, WebhookDeliveryFilter>('webhook_delivery', {
  order: byAge('webhook_delivery'),
  conditions: (filter) => [
    equals('webhook_delivery.trigger', filter.trigger),
    hasStatus(filter.status),
    between('webhook_delivery.created', filter.created_after, filter.created_before),
  ],
});

function hasStatus(status: WebhookDeliveryFilter['status']): Condition {
  if (status === undefined) return undefined;
  const code = sql.ref('webhook_delivery.status_code');
  return status === 'rejected' ? sql<boolean>`${code} >= 400` : sql<boolean>`${code} < 400`;
}
