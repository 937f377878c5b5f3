import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import type { Db } from '../database.js';
import { inNewEpoch } from '../definition.js';
import { toNullableJson } from '../json.js';
import type { TriggerRow } from '../schema/index.js';
import type { SealedValue } from '../secrets/secret-box.js';

export interface NewWebhookKey {
  key: string;
  /** The key under the master key, for those who may see it again. */
  sealed?: Record<string, unknown> | null | undefined;
  /** How long the present key stays valid; default 0. */
  overlapSeconds?: number | undefined;
}

export interface NewWebhookSecret {
  /** For `secretPlaces.webhookSecret`; null: there is none any more. */
  sealed: SealedValue | null;
  /** How long the present secret stays valid; default 0. */
  overlapSeconds?: number | undefined;
}

/** A webhook that is on, found by a key. Times that are left are those of the database's clock. */
export interface KeyedWebhook {
  trigger: TriggerRow;
  /** How long this key is still valid; null: it is the present one. */
  keyMs: number | null;
  /** How long the secret before is still accepted; null: there is none. */
  previousSecretMs: number | null;
}

interface TimesLeft {
  key_ms: number | null;
  previous_secret_ms: number | null;
}

/** The webhook that is on and has this key, or had it until less than its overlap ago. */
export async function findWebhookByKey(db: Db, key: string): Promise<KeyedWebhook | undefined> {
  const hash = hashOf(key);
  const found = await db
    .selectFrom('trigger')
    .selectAll()
    .select([
      sql<TimesLeft['key_ms']>`case when webhook_key_hash is distinct from ${hash}
        then ${msUntil('webhook_previous_key_expires_at')} end`.as('key_ms'),
      msUntil('webhook_previous_secret_expires_at').as('previous_secret_ms'),
    ])
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
  if (found === undefined) return undefined;
  const { key_ms: keyMs, previous_secret_ms: previousSecretMs, ...trigger } = found;
  return { trigger, keyMs, previousSecretMs };
}

/** Sets a new key; the webhook is not switched on by it. Makes a new epoch. */
export async function setWebhookKey(db: Db, triggerId: number, webhook: NewWebhookKey): Promise<TriggerRow> {
  const overlap = webhook.overlapSeconds ?? 0;
  return updateWebhook(db, triggerId, {
    webhook_key_hash: hashOf(webhook.key),
    webhook_key_sealed: toNullableJson(webhook.sealed),
    webhook_previous_key_hash: keptFor<string>(overlap, 'webhook_key_hash'),
    webhook_previous_key_expires_at: endOf(overlap, 'webhook_key_hash'),
  });
}

/** Sets what deliveries are verified by, or nothing any more. Makes a new epoch. */
export async function setWebhookSecret(
  db: Db,
  triggerId: number,
  secret: NewWebhookSecret,
): Promise<TriggerRow> {
  const overlap = secret.overlapSeconds ?? 0;
  return updateWebhook(db, triggerId, {
    webhook_secret_sealed: toNullableJson(secret.sealed),
    webhook_previous_secret_sealed: keptFor<string>(overlap, 'webhook_secret_sealed'),
    webhook_previous_secret_expires_at: endOf(overlap, 'webhook_secret_sealed'),
  });
}

async function updateWebhook(db: Db, triggerId: number, columns: object): Promise<TriggerRow> {
  return inNewEpoch(db, async (trx) => {
    const row = await trx
      .updateTable('trigger')
      .set({ ...columns, updated: sql`now()` })
      .where('id', '=', triggerId)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new NotFoundError('trigger', 'id', triggerId);
    return row;
  });
}

/** What stands in the column before the update, when it goes on being valid. */
function keptFor<T>(overlapSeconds: number, column: string) {
  return sql<T | null>`case when ${overlapSeconds > 0} then ${sql.ref(column)} end`;
}

function endOf(overlapSeconds: number, column: string) {
  return sql<Date | null>`case when ${overlapSeconds > 0} and ${sql.ref(column)} is not null
    then now() + ${overlapSeconds} * interval '1 second' end`;
}

function msUntil(column: string) {
  return sql<number | null>`(extract(epoch from ${sql.ref(column)} - now()) * 1000)::double precision`;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
