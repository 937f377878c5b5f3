import { NotFoundError, ValidationError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { equals } from '../filter.js';
import type { IdentityRoleRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';

export interface IdentityRoleFilter {
  identity?: number | undefined;
  role?: string | undefined;
  /** `manual`, or the name of the identity provider. */
  source?: string | undefined;
  managed?: boolean | undefined;
}

export interface ManagedRoles {
  /** The identity provider that says so. */
  source: string;
  /** All it gives; an empty list takes away what it gave before. */
  roles: readonly string[];
}

const manual = 'manual';

const identityRoles = tableOf('identity_role');

const replaceStatement = statement<IdentityRoleRow>(
  'replace_managed_roles',
  `with given as materialized (
  select distinct unnest($3::text[]) as role
), taken as (
  delete from attune.identity_role
  where identity = $1 and source = $2 and managed and role not in (select role from given)
), added as (
  insert into attune.identity_role (identity, role, source, managed)
  select $1, role, $2, true from given
  on conflict (identity, role, source) do nothing
  returning *
)
select * from added
union all
select * from attune.identity_role
where identity = $1 and source = $2 and role in (select role from given)
order by role`,
);

/** One row for each source that gives the role. By role. */
export const listIdentityRoles = listOf<IdentityRoleRow, IdentityRoleFilter>('identity_role', {
  order: {
    columns: [
      { name: 'identity_role.role', type: 'text' },
      { name: 'identity_role.id', type: 'int8' },
    ],
    direction: 'asc',
  },
  conditions: (filter) => [
    equals('identity_role.identity', filter.identity),
    equals('identity_role.role', filter.role),
    equals('identity_role.source', filter.source),
    equals('identity_role.managed', filter.managed),
  ],
});

export const findIdentityRole = identityRoles.find;

/** For whole lists of identities: names in order, each once, by id of the identity; without those that have none. */
export async function listRolesByIdentity(
  db: Db,
  identityIds: readonly number[],
): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('identity_role')
    .select(['identity', 'role'])
    .distinct()
    .where(sql<boolean>`identity = any(${[...identityIds]}::int8[])`)
    .orderBy('identity')
    .orderBy('role')
    .execute();
  const roles = new Map<number, string[]>();
  for (const { identity, role } of rows) roles.set(identity, [...(roles.get(identity) ?? []), role]);
  return roles;
}

/** Names in order, each once, whatever they come from. */
export async function listRoles(db: Db, identityId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('identity_role')
    .select('role')
    .distinct()
    .where('identity', '=', identityId)
    .orderBy('role')
    .execute();
  return rows.map((row) => row.role);
}

/** By hand; idempotent. */
export async function addRole(db: Db, identityId: number, role: string): Promise<IdentityRoleRow> {
  return db
    .insertInto('identity_role')
    .values({ identity: identityId, role, source: manual })
    .onConflict((conflict) => conflict.columns(['identity', 'role', 'source']).doUpdateSet({ role }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Only what was given by hand; false when it was not. */
export async function removeRole(db: Db, identityId: number, role: string): Promise<boolean> {
  const result = await db
    .deleteFrom('identity_role')
    .where('identity', '=', identityId)
    .where('role', '=', role)
    .where('source', '=', manual)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/**
 * Makes the roles a provider gives to an identity exactly these, and leaves alone what people and other providers
 * gave. Of two logins at once one comes after the other, so the outcome is one of them and no mixture.
 */
export async function replaceManagedRoles(
  db: Db,
  identityId: number,
  { source, roles }: ManagedRoles,
): Promise<IdentityRoleRow[]> {
  if (source === manual) throw new ValidationError('roles given by hand are not managed by a provider');
  return inTransaction(db, async (trx) => {
    const identity = await sql`
      select from attune.identity where id = ${identityId} for no key update`.execute(trx);
    if (identity.rows.length === 0) throw new NotFoundError('identity', 'id', identityId);
    return replaceStatement.run(trx, [identityId, source, roles]);
  });
}
