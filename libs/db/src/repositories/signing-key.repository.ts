import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import type { SigningKeyRow } from '../schema/index.js';

export interface NewSigningKey {
  kid: string;
  algorithm: string;
  public_jwk: Record<string, unknown>;
  /** The private part, encrypted by the api's master key. */
  private_sealed: Record<string, unknown>;
}

export type PublicSigningKey = Omit<SigningKeyRow, 'private_sealed'>;

export async function insertSigningKey(db: Db, values: NewSigningKey): Promise<SigningKeyRow> {
  return db
    .insertInto('signing_key')
    .values(toInsert('signing_key', values))
    .returningAll()
    .executeTakeFirstOrThrow();
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

/** Keys that still verify, newest first. */
export async function listPublicSigningKeys(db: Db): Promise<PublicSigningKey[]> {
  return db
    .selectFrom('signing_key')
    .select(['kid', 'algorithm', 'public_jwk', 'created', 'retired_at', 'expires_at'])
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .orderBy('created', 'desc')
    .orderBy('kid')
    .execute();
}

/** Signs no more from now on, verifies until `expiresAt`. false: unknown, or retired before. */
export async function retireSigningKey(db: Db, kid: string, expiresAt: Date): Promise<boolean> {
  const result = await db
    .updateTable('signing_key')
    .set({ retired_at: sql`now()`, expires_at: expiresAt })
    .where('kid', '=', kid)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
