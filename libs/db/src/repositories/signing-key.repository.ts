import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db, Trx } from '../database.js';
import { isSet } from '../filter.js';
import type { SigningKeyRow } from '../schema/index.js';
import { listOf } from '../table.js';

export interface NewSigningKey {
  kid: string;
  algorithm: string;
  public_jwk: Record<string, unknown>;
  /** The private part, sealed for `secretPlaces.signingKey`. */
  private_sealed: Record<string, unknown>;
}

export type PublicSigningKey = Omit<SigningKeyRow, 'private_sealed'>;

export interface SigningKeyFilter {
  /** No longer signs. */
  retired?: boolean | undefined;
}

const publicColumns = ['kid', 'algorithm', 'public_jwk', 'created', 'retired_at', 'expires_at'] as const;

export async function insertSigningKey(db: Db, values: NewSigningKey): Promise<SigningKeyRow> {
  return db
    .insertInto('signing_key')
    .values(toInsert('signing_key', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findSigningKey(db: Db, kid: string): Promise<SigningKeyRow | undefined> {
  return db.selectFrom('signing_key').selectAll().where('kid', '=', kid).executeTakeFirst();
}

export async function getSigningKey(db: Db, kid: string): Promise<SigningKeyRow> {
  const row = await findSigningKey(db, kid);
  if (row === undefined) throw new NotFoundError('signing_key', 'kid', kid);
  return row;
}

/** The newest that still signs. */
export async function findActiveSigningKey(db: Db): Promise<SigningKeyRow | undefined> {
  return db
    .selectFrom('signing_key')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('created', 'desc')
    .orderBy('kid')
    .limit(1)
    .executeTakeFirst();
}

/** Also those that no longer verify. Newest first. */
export const listSigningKeys = listOf<PublicSigningKey, SigningKeyFilter>('signing_key', {
  order: {
    columns: [
      { name: 'signing_key.created', type: 'timestamptz' },
      { name: 'signing_key.kid', type: 'text' },
    ],
    direction: 'desc',
  },
  conditions: ({ retired }) => [isSet('signing_key.retired_at', retired)],
  columns: publicColumns,
});

/** Keys that still verify, newest first: all of them, there are a few. */
export async function listPublicSigningKeys(db: Db): Promise<PublicSigningKey[]> {
  return db
    .selectFrom('signing_key')
    .select(publicColumns)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .orderBy('created', 'desc')
    .orderBy('kid')
    .execute();
}

/** Signs no more from now on, verifies until `expiresAt`. undefined: unknown, or retired before. */
export async function retireSigningKey(
  db: Db,
  kid: string,
  expiresAt: Date,
): Promise<PublicSigningKey | undefined> {
  return db
    .updateTable('signing_key')
    .set({ retired_at: sql`now()`, expires_at: expiresAt })
    .where('kid', '=', kid)
    .where('retired_at', 'is', null)
    .returning(publicColumns)
    .executeTakeFirst();
}

/**
 * Retires every key that signs, in favour of the new one: give it a transaction. undefined: another process has just
 * done the same, or none was in use.
 */
export async function rotateSigningKey(
  trx: Trx,
  next: NewSigningKey,
  expiresAt: Date,
): Promise<PublicSigningKey | undefined> {
  const signing = await trx
    .selectFrom('signing_key')
    .select('kid')
    .where('retired_at', 'is', null)
    .orderBy('kid')
    .forUpdate()
    .execute();
  if (signing.length === 0) return undefined;
  for (const { kid } of signing) await retireSigningKey(trx, kid, expiresAt);
  const { private_sealed: _sealed, ...shown } = await insertSigningKey(trx, next);
  return shown;
}

/** Only one that no longer verifies; false for others. */
export async function deleteSigningKey(db: Db, kid: string): Promise<boolean> {
  const result = await db
    .deleteFrom('signing_key')
    .where('kid', '=', kid)
    .where('expires_at', '<=', sql<Date>`now()`)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
