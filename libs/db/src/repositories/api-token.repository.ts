import type { Grant } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { equals } from '../filter.js';
import { byAge } from '../page.js';
import type { ApiTokenRow } from '../schema/index.js';
import { listOf, tableOf } from '../table.js';

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

export interface ApiTokenFilter {
  identity?: number | undefined;
  /** Neither revoked nor expired, by database time. */
  active?: boolean | undefined;
}

export interface Revocation {
  by?: number | undefined;
  reason?: string | undefined;
}

/** Hashes are not read for lists. */
export type ApiTokenSummary = Omit<ApiTokenRow, 'token_hash'>;

const tokens = tableOf('api_token');

export async function insertApiToken(db: Db, values: NewApiToken): Promise<ApiTokenRow> {
  return tokens.insert(db, values);
}

export const findApiToken = tokens.find;

/** Also expired and revoked ones: the caller judges. */
export const findApiTokenByHash = tokens.findBy('token_hash');

export const getApiToken = tokens.get;

/** Newest first. */
export const listApiTokens = listOf<ApiTokenSummary, ApiTokenFilter>('api_token', {
  order: byAge('api_token'),
  limits: { id: 'api_token.id', owner: 'api_token.identity' },
  conditions: (filter) => [equals('api_token.identity', filter.identity), isActive(filter.active)],
  columns: [
    'id',
    'identity',
    'label',
    'description',
    'token_prefix',
    'token_suffix',
    'scope',
    'created_by',
    'expires_at',
    'last_used_at',
    'last_used_ip',
    'revoked_at',
    'revoked_by',
    'revocation_reason',
    'created',
    'updated',
  ],
});

/** At most once a minute, so that a busy token costs no write per request. */
export async function touchApiToken(db: Db, id: number, ip: string | null): Promise<void> {
  await db
    .updateTable('api_token')
    .set({ last_used_at: sql`now()`, last_used_ip: ip })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`)
    .execute();
}

/** Idempotent: the first revocation stays. undefined: there is no such token. */
export async function revokeApiToken(
  db: Db,
  id: number,
  { by, reason }: Revocation,
): Promise<ApiTokenRow | undefined> {
  const revoked = await db
    .updateTable('api_token')
    .set({
      revoked_at: sql`now()`,
      revoked_by: by ?? null,
      revocation_reason: reason ?? null,
      updated: sql`now()`,
    })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return revoked ?? findApiToken(db, id);
}

/** All of an identity at once, as when its password is set by somebody else; returns how many there were. */
export async function revokeApiTokens(
  db: Db,
  identityId: number,
  { by, reason }: Revocation,
): Promise<number> {
  const result = await db
    .updateTable('api_token')
    .set({
      revoked_at: sql`now()`,
      revoked_by: by ?? null,
      revocation_reason: reason ?? null,
      updated: sql`now()`,
    })
    .where('identity', '=', identityId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** For good, with the trace of its use; revoking keeps it. */
export const deleteApiToken = tokens.delete;

function isActive(active: boolean | undefined): Condition {
  if (active === undefined) return undefined;
  return active
    ? sql<boolean>`api_token.revoked_at is null and coalesce(api_token.expires_at > now(), true)`
    : sql<boolean>`(api_token.revoked_at is not null or api_token.expires_at <= now())`;
}
