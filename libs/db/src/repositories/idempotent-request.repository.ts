import { sql } from 'kysely';
import type { Db } from '../database.js';
import { toJson } from '../json.js';

/**
 * An unanswered request whose process is probably gone. If it is only slow, both do the work and it is still done
 * once: its pieces carry keys of the request. So this may be as short as the patience of a client.
 */
const abandonedAfter = '5 seconds';

export interface IdempotentRequestId {
  /** Id of the identity. */
  owner: number;
  key: string;
}

export type BegunRequest =
  /** The caller has to do the work now: it is the first, or the first was abandoned. */
  | { state: 'begun' }
  | { state: 'answered'; answer: unknown }
  /** Another process is at it. */
  | { state: 'running' }
  /** The key belongs to another request. */
  | { state: 'different' };

/** Takes the key for this request, until retention frees it; of several at once, one begins. */
export async function beginIdempotentRequest(
  db: Db,
  request: IdempotentRequestId & { request_hash: string },
): Promise<BegunRequest> {
  const { owner, key, request_hash } = request;
  const begun = await sql`
    insert into attune.idempotent_request as known (owner, key, request_hash)
    values (${owner}, ${key}, ${request_hash})
    on conflict (owner, key) do update
      set begun_at = now()
      where known.answered_at is null and known.request_hash = excluded.request_hash
        and known.begun_at < now() - ${abandonedAfter}::interval
    returning 1`.execute(db);
  if (begun.rows.length > 0) return { state: 'begun' };
  const known = await db
    .selectFrom('idempotent_request')
    .select(['request_hash', 'answered_at', 'answer'])
    .where('owner', '=', owner)
    .where('key', '=', key)
    .executeTakeFirst();
  if (known === undefined) return { state: 'running' };
  if (known.request_hash !== request_hash) return { state: 'different' };
  return known.answered_at === null ? { state: 'running' } : { state: 'answered', answer: known.answer };
}

/** Keeps the answer; the first one stays. */
export async function finishIdempotentRequest(
  db: Db,
  { owner, key, answer }: IdempotentRequestId & { answer: unknown },
): Promise<void> {
  await db
    .updateTable('idempotent_request')
    .set({ answered_at: sql`now()`, answer: toJson(answer) })
    .where('owner', '=', owner)
    .where('key', '=', key)
    .where('answered_at', 'is', null)
    .execute();
}

/** The request failed: its key is free again. */
export async function dropIdempotentRequest(db: Db, { owner, key }: IdempotentRequestId): Promise<void> {
  await db
    .deleteFrom('idempotent_request')
    .where('owner', '=', owner)
    .where('key', '=', key)
    .where('answered_at', 'is', null)
    .execute();
}
