import type { Grant } from '@attune/domain';
import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import type { ApiTokenRow } from '../schema/index.js';

export interface NewApiToken {
  identity: number;
  label: string;
  description?: string | null | undefined;
  /** sha256, hex. */
  token_hash: string;
  token_prefix: string;
  token_suffix: string;
  /** null = all that the identity may. */
  scope?: readonly Grant[] | null | undefined;
  created_by?: number | null | undefined;
  expires_at?: Date | null | undefined;
}

export interface Revocation {
  by?: number | undefined;
  reason?: string | undefined;
}

export async function insertApiToken(db: Db, values: NewApiToken): Promise<ApiTokenRow> {
  return db
    .insertInto('api_token')
    .values(toInsert('api_token', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Also expired and revoked ones: the caller judges. */
export async function findApiTokenByHash(db: Db, tokenHash: string): Promise<ApiTokenRow | undefined> {
  return db.selectFrom('api_token').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** Newest first. */
export async function listApiTokens(db: Db, identityId: number): Promise<ApiTokenRow[]> {
  return db
    .selectFrom('api_token')
    .selectAll()
    .where('identity', '=', identityId)
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** At most once a minute, so that a busy token costs no write per request. */
export async function touchApiToken(db: Db, id: number, ip: string | null): Promise<void> {
  await db
    .updateTable('api_token')
    .set({ last_used_at: sql`now()`, last_used_ip: ip })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`)
    .execute();
}

/** Idempotent: the first revocation stays. false: unknown. */
export async function revokeApiToken(db: Db, id: number, { by, reason }: Revocation): Promise<boolean> {
  const result = await db
    .updateTable('api_token')
    .set((eb) => ({
      revoked_by: eb
        .case()
        .when('revoked_at', 'is', null)
        .then(by ?? null)
        .else(eb.ref('revoked_by'))
        .end(),
      revocation_reason: eb
        .case()
        .when('revoked_at', 'is', null)
        .then(reason ?? null)
        .else(eb.ref('revocation_reason'))
        .end(),
      revoked_at: sql`coalesce(revoked_at, now())`,
      updated: sql`case when revoked_at is null then now() else updated end`,
    }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
