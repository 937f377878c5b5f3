import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import type { SessionRow } from '../schema/index.js';

export interface NewSession {
  identity: number;
  /** sha256 of the refresh token, hex. */
  refresh_hash: string;
  expires_at: Date;
  user_agent?: string | null | undefined;
  ip?: string | null | undefined;
}

export interface RefreshTokens {
  refresh_hash: string;
  next_refresh_hash: string;
  expires_at: Date;
}

export type Rotation =
  | { outcome: 'rotated'; session: SessionRow }
  /** An old token was used again: the session has been ended. */
  | { outcome: 'reused'; session: SessionRow }
  | { outcome: 'unknown' };

export async function insertSession(db: Db, values: NewSession): Promise<SessionRow> {
  return db
    .insertInto('session')
    .values(toInsert('session', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findSession(db: Db, id: string): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Exchanges the refresh token, once: of two uses at the same time one wins and the other counts as a reuse,
 * which ends the session.
 */
export async function rotateSession(db: Db, tokens: RefreshTokens): Promise<Rotation> {
  const rotated = await db
    .updateTable('session')
    .set({
      refresh_hash: tokens.next_refresh_hash,
      previous_refresh_hash: tokens.refresh_hash,
      expires_at: tokens.expires_at,
      rotated_at: sql`now()`,
      last_used_at: sql`now()`,
    })
    .where('refresh_hash', '=', tokens.refresh_hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst();
  if (rotated !== undefined) return { outcome: 'rotated', session: rotated };
  const reused = await db
    .updateTable('session')
    .set({ ended_at: sql`coalesce(ended_at, now())`, end_reason: sql`coalesce(end_reason, 'token reused')` })
    .where('previous_refresh_hash', '=', tokens.refresh_hash)
    .returningAll()
    .executeTakeFirst();
  return reused === undefined ? { outcome: 'unknown' } : { outcome: 'reused', session: reused };
}

/** false: unknown, or ended before. */
export async function endSession(db: Db, id: string, reason: string): Promise<boolean> {
  const result = await db
    .updateTable('session')
    .set({ ended_at: sql`now()`, end_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** All of them at once, as when a password changes; returns how many there were. */
export async function endSessions(db: Db, identityId: number, reason: string): Promise<number> {
  const result = await db
    .updateTable('session')
    .set({ ended_at: sql`now()`, end_reason: reason })
    .where('identity', '=', identityId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Those that have not ended, newest first. */
export async function listSessions(db: Db, identityId: number): Promise<SessionRow[]> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('identity', '=', identityId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('created', 'desc')
    .orderBy('id')
    .execute();
}
