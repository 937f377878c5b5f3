import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { equals } from '../filter.js';
import type { SessionRow } from '../schema/index.js';
import { listOf, tableOf } from '../table.js';

export interface NewSession {
  identity: number;
  /** The one it is opened with. */
  api_token?: number | undefined;
  /** sha256 of the first refresh token, hex. */
  refresh_hash: string;
  expires_at: Date;
  user_agent?: string | null | undefined;
  ip?: string | null | undefined;
}

export interface SessionFilter {
  identity?: number | undefined;
  /** Neither ended nor expired, by database time. */
  active?: boolean | undefined;
}

export interface RefreshTokens {
  family_hash: string;
  refresh_hash: string;
  next_refresh_hash: string;
  expires_at: Date;
}

/** `unknown`: of no session that goes on. */
export type Rotation =
  | { outcome: 'rotated'; session: SessionRow }
  /** A token of the session, but not its latest: the session has been ended. */
  | { outcome: 'reused'; session: SessionRow }
  | { outcome: 'unknown' };

/** Hashes are not read for lists. */
export type SessionSummary = Omit<SessionRow, 'family_hash' | 'refresh_hash'>;

const sessions = tableOf('session');

export async function insertSession(db: Db, values: NewSession): Promise<SessionRow> {
  return sessions.insert(db, { ...values, family_hash: values.refresh_hash });
}

export const findSession = sessions.find;

export const getSession = sessions.get;

/** Newest first. */
export const listSessions = listOf<SessionSummary, SessionFilter>('session', {
  order: {
    columns: [
      { name: 'session.created', type: 'timestamptz' },
      { name: 'session.id', type: 'uuid' },
    ],
    direction: 'desc',
  },
  conditions: (filter) => [equals('session.identity', filter.identity), isActive(filter.active)],
  columns: [
    'id',
    'identity',
    'api_token',
    'rotated_at',
    'created',
    'last_used_at',
    'expires_at',
    'ended_at',
    'end_reason',
    'user_agent',
    'ip',
  ],
});

/**
 * Exchanges the latest refresh token of a session. Any other of its family was used before and ends the session: also
 * the second of two uses at the same time.
 */
export async function rotateSession(db: Db, tokens: RefreshTokens): Promise<Rotation> {
  const rotated = await db
    .updateTable('session')
    .set({
      refresh_hash: tokens.next_refresh_hash,
      expires_at: tokens.expires_at,
      rotated_at: sql`now()`,
      last_used_at: sql`now()`,
    })
    .where('family_hash', '=', tokens.family_hash)
    .where('refresh_hash', '=', tokens.refresh_hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst();
  if (rotated !== undefined) return { outcome: 'rotated', session: rotated };
  const reused = await db
    .updateTable('session')
    .set({ ended_at: sql`now()`, end_reason: 'token reused' })
    .where('family_hash', '=', tokens.family_hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst();
  return reused === undefined ? { outcome: 'unknown' } : { outcome: 'reused', session: reused };
}

/** undefined: unknown, or ended before. */
export async function endSession(db: Db, id: string, reason: string): Promise<SessionRow | undefined> {
  return db
    .updateTable('session')
    .set({ ended_at: sql`now()`, end_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
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

/** Those that were opened with the API token; returns how many there were. */
export async function endSessionsOfApiToken(db: Db, apiTokenId: number, reason: string): Promise<number> {
  const result = await db
    .updateTable('session')
    .set({ ended_at: sql`now()`, end_reason: reason })
    .where('api_token', '=', apiTokenId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** For good; ending it keeps it for those who look back. */
export const deleteSession = sessions.delete;

function isActive(active: boolean | undefined): Condition {
  if (active === undefined) return undefined;
  return active
    ? sql<boolean>`session.ended_at is null and session.expires_at > now()`
    : sql<boolean>`(session.ended_at is not null or session.expires_at <= now())`;
}
