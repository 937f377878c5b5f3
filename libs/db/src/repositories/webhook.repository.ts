import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, equals } from '../filter.js';
import { toNullableJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { byAge, fetchPage } from '../page.js';
import type { TriggerRow, WebhookDeliveryRow } from '../schema/index.js';

export interface NewWebhookKey {
  key: string;
  /** The key under the master key, for those who may see it again. */
  sealed?: Record<string, unknown> | null | undefined;
  /** How long the present key stays valid; default 0. */
  overlapSeconds?: number | undefined;
}

export interface NewWebhookDelivery {
  trigger: number;
  event?: number | null | undefined;
  /** Of the answer. */
  status_code: number;
  verified?: boolean | null | undefined;
  duplicate?: boolean | undefined;
  rate_limited?: boolean | undefined;
  source_ip?: string | null | undefined;
  user_agent?: string | null | undefined;
  headers?: Record<string, unknown> | null | undefined;
  payload_size_bytes?: number | null | undefined;
  processing_time_ms?: number | null | undefined;
  error?: string | null | undefined;
}

export interface DeliveryWindow {
  trigger: number;
  seconds: number;
  source_ip?: string | undefined;
}

/** The trigger whose webhook is on and has this key, or had it until less than its overlap ago. */
export async function findTriggerByWebhookKey(db: Db, key: string): Promise<TriggerRow | undefined> {
  const hash = hashOf(key);
  return db
    .selectFrom('trigger')
    .selectAll()
    .where('webhook_enabled', '=', true)
    .where(({ eb, or, and }) =>
      or([
        eb('webhook_key_hash', '=', hash),
        and([
          eb('webhook_previous_key_hash', '=', hash),
          eb('webhook_previous_key_expires_at', '>', sql<Date>`now()`),
        ]),
      ]),
    )
    .executeTakeFirst();
}

/** Sets a new key; the webhook is not switched on by it. */
export async function setWebhookKey(db: Db, triggerId: number, webhook: NewWebhookKey): Promise<TriggerRow> {
  const overlap = webhook.overlapSeconds ?? 0;
  const row = await db
    .updateTable('trigger')
    .set((eb) => ({
      webhook_key_hash: hashOf(webhook.key),
      webhook_key_sealed: toNullableJson(webhook.sealed),
      webhook_previous_key_hash: overlap > 0 ? eb.ref('webhook_key_hash') : null,
      webhook_previous_key_expires_at: sql<Date | null>`case when ${overlap > 0} and webhook_key_hash is not null
        then now() + ${overlap} * interval '1 second' end`,
      updated: sql`now()`,
    }))
    .where('id', '=', triggerId)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError('trigger', 'id', triggerId);
  return row;
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

/** Newest first. */
export async function listWebhookDeliveries(
  db: Db,
  triggerId: number,
  page: PageRequest,
): Promise<Page<WebhookDeliveryRow>> {
  const query = db
    .selectFrom('webhook_delivery')
    .selectAll()
    .where(allOf(equals('webhook_delivery.trigger', triggerId)));
  return fetchPage(query, byAge('webhook_delivery'), page);
}

/** Requests of the last seconds that were not refused for their rate. */
export async function countRecentDeliveries(db: Db, window: DeliveryWindow): Promise<number> {
  const { count } = await db
    .selectFrom('webhook_delivery')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('trigger', '=', window.trigger)
    .where('created', '>', sql<Date>`now() - ${window.seconds}::double precision * interval '1 second'`)
    .where('rate_limited', '=', false)
    .$if(window.source_ip !== undefined, (q) => q.where('source_ip', '=', window.source_ip ?? null))
    .executeTakeFirstOrThrow();
  return count;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
