import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, containsWords, equals } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { IdentityRow } from '../schema/index.js';

export interface NewIdentity {
  login: string;
  display_name?: string | null | undefined;
  password_hash?: string | null | undefined;
  /** email, groups …; `oidc {issuer, sub, client_id}` names an external account and is unique. */
  attributes?: Record<string, unknown> | undefined;
  frozen?: boolean | undefined;
}

/** undefined keeps, null clears; `login` is immutable. */
export type IdentityPatch = Patch<Omit<NewIdentity, 'login'>>;

export interface IdentityFilter {
  frozen?: boolean | undefined;
  /** Words that must all occur in login or display name. */
  search?: string | undefined;
}

/** Hashes are not read for lists. */
export type IdentitySummary = Omit<IdentityRow, 'password_hash'>;

const summaryColumns = [
  'id',
  'login',
  'display_name',
  'attributes',
  'frozen',
  'failed_logins',
  'locked_until',
  'created',
  'updated',
] as const;

export async function insertIdentity(db: Db, values: NewIdentity): Promise<IdentityRow> {
  return db
    .insertInto('identity')
    .values(toInsert('identity', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findIdentity(db: Db, id: number): Promise<IdentityRow | undefined> {
  return db.selectFrom('identity').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Logins are case-sensitive. */
export async function findIdentityByLogin(db: Db, login: string): Promise<IdentityRow | undefined> {
  return db.selectFrom('identity').selectAll().where('login', '=', login).executeTakeFirst();
}

export async function getIdentity(db: Db, id: number): Promise<IdentityRow> {
  return orNotFound(await findIdentity(db, id), 'id', id);
}

export async function getIdentityByLogin(db: Db, login: string): Promise<IdentityRow> {
  return orNotFound(await findIdentityByLogin(db, login), 'login', login);
}

/** By login. */
export async function listIdentities(
  db: Db,
  filter: IdentityFilter,
  page: PageRequest,
): Promise<Page<IdentitySummary>> {
  const conditions = allOf(
    equals('identity.frozen', filter.frozen),
    containsWords(['identity.login', 'identity.display_name'], filter.search),
  );
  const query = db.selectFrom('identity').select(summaryColumns).where(conditions);
  return fetchPage(query, byRef('identity', 'login'), page);
}

export async function updateIdentity(db: Db, id: number, patch: IdentityPatch): Promise<IdentityRow> {
  if (isEmptyPatch(patch)) return getIdentity(db, id);
  const row = await db
    .updateTable('identity')
    .set({ ...toUpdate('identity', patch), updated: sql`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return orNotFound(row, 'id', id);
}

/** With its roles, sessions and tokens; what it did stays. */
export async function deleteIdentity(db: Db, id: number): Promise<boolean> {
  const result = await db.deleteFrom('identity').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Counts a failed login and locks until the time given; returns the new count. */
export async function recordFailedLogin(db: Db, id: number, lockedUntil: Date | null): Promise<number> {
  const row = await db
    .updateTable('identity')
    .set({ failed_logins: sql`failed_logins + 1`, locked_until: lockedUntil })
    .where('id', '=', id)
    .returning('failed_logins')
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError('identity', 'id', id);
  return row.failed_logins;
}

export async function clearFailedLogins(db: Db, id: number): Promise<void> {
  await db
    .updateTable('identity')
    .set({ failed_logins: 0, locked_until: null })
    .where('id', '=', id)
    .where('failed_logins', '>', 0)
    .execute();
}

export async function countIdentities(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('identity')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function orNotFound(row: IdentityRow | undefined, field: string, value: unknown): IdentityRow {
  if (row === undefined) throw new NotFoundError('identity', field, value);
  return row;
}
