import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import type { Db, Trx } from '../database.js';
import type { Condition } from '../filter.js';
import { containsWords, equals, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { IdentityRow } from '../schema/index.js';
import { listOf, tableOf } from '../table.js';

export interface NewIdentity {
  login: string;
  display_name?: string | null | undefined;
  password_hash?: string | null | undefined;
  /** email, groups …; `oidc` and `ldap` name accounts elsewhere (external-identity.repository.ts). */
  attributes?: Record<string, unknown> | undefined;
  frozen?: boolean | undefined;
}

/** undefined keeps, null clears; `login` is immutable. */
export type IdentityPatch = Patch<Omit<NewIdentity, 'login'>>;

export interface IdentityFilter {
  /** `*` is a wildcard. */
  login?: string | undefined;
  frozen?: boolean | undefined;
  /** One that it has, whatever it comes from. */
  role?: string | undefined;
  /** Words that must all occur in login or display name. */
  search?: string | undefined;
}

/** Hashes are not read for lists. */
export type IdentitySummary = Omit<IdentityRow, 'password_hash'>;

const identities = tableOf('identity');

export const findIdentity = identities.find;

/** Logins are case-sensitive. */
export const findIdentityByLogin = identities.findBy('login');

export const getIdentity = identities.get;

export const getIdentityByLogin = identities.getBy('login');

/** By login. */
export const listIdentities = listOf<IdentitySummary, IdentityFilter>('identity', {
  order: byRef('identity', 'login'),
  conditions: (filter) => [
    matchesRef('identity.login', filter.login),
    equals('identity.frozen', filter.frozen),
    hasRole(filter.role),
    containsWords(['identity.login', 'identity.display_name'], filter.search),
  ],
  columns: ['id', 'login', 'display_name', 'attributes', 'frozen', 'created', 'updated'],
});

export async function insertIdentity(db: Db, values: NewIdentity): Promise<IdentityRow> {
  return identities.insert(db, values);
}

export async function updateIdentity(db: Db, id: number, patch: IdentityPatch): Promise<IdentityRow> {
  return identities.update(db, id, patch);
}

/** With its roles, sessions and tokens; what it did stays. InvalidStateError while it owns keys. */
export const deleteIdentity = identities.delete;

/** As it is, until the end of the transaction: whoever changes it waits. undefined: unknown. */
export async function lockIdentity(trx: Trx, id: number): Promise<IdentityRow | undefined> {
  return trx.selectFrom('identity').selectAll().where('id', '=', id).forShare().executeTakeFirst();
}

/** All, or all but the one with this login. */
export async function countIdentities(db: Db, except = ''): Promise<number> {
  const { count } = await db
    .selectFrom('identity')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('login', '<>', except)
    .executeTakeFirstOrThrow();
  return count;
}

function hasRole(role: string | undefined): Condition {
  if (role === undefined) return undefined;
  return sql<boolean>`identity.id in (select r.identity from attune.identity_role r where r.role = ${role})`;
}
