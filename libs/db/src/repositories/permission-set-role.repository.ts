import { sql } from 'kysely';
import type { Db } from '../database.js';
import { allOf, equals } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { fetchPage } from '../page.js';
import { permissionSetId } from '../reference.js';
import type { PermissionSetRoleRow } from '../schema/index.js';

/** With the ref of the set. */
export type PermissionSetRole = PermissionSetRoleRow & { permission_set_ref: string };

export interface PermissionSetRoleFilter {
  permission_set_ref?: string | undefined;
  role?: string | undefined;
}

export async function findPermissionSetRole(db: Db, id: number): Promise<PermissionSetRole | undefined> {
  return named(db).where('permission_set_role.id', '=', id).executeTakeFirst();
}

/** For whole lists of sets: by id of the set, in order of role; without those that have none. */
export async function listRolesByPermissionSet(
  db: Db,
  permissionSetIds: readonly number[],
): Promise<Map<number, PermissionSetRole[]>> {
  const rows = await named(db)
    .where(sql<boolean>`permission_set_role.permset = any(${[...permissionSetIds]}::int8[])`)
    .orderBy('permission_set_role.role')
    .execute();
  const roles = new Map<number, PermissionSetRole[]>();
  for (const row of rows) roles.set(row.permset, [...(roles.get(row.permset) ?? []), row]);
  return roles;
}

/** Whoever has the role has the grants of the set. Idempotent. */
export async function addRoleToPermissionSet(
  db: Db,
  permissionSetRef: string,
  role: string,
): Promise<PermissionSetRoleRow> {
  const permset = await permissionSetId(db, 'permission_set_role', permissionSetRef);
  return db
    .insertInto('permission_set_role')
    .values({ permset, role })
    .onConflict((conflict) => conflict.columns(['permset', 'role']).doUpdateSet({ role }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** false when it had no such role. */
export async function removeRoleFromPermissionSet(
  db: Db,
  permissionSetRef: string,
  role: string,
): Promise<boolean> {
  const result = await db
    .deleteFrom('permission_set_role')
    .where('role', '=', role)
    .where('permset', '=', ({ selectFrom }) =>
      selectFrom('permission_set').select('id').where('ref', '=', permissionSetRef),
    )
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** By role, then by ref. */
export async function listPermissionSetRoles(
  db: Db,
  filter: PermissionSetRoleFilter,
  page: PageRequest,
): Promise<Page<PermissionSetRole>> {
  const query = named(db).where(
    allOf(
      equals('permission_set.ref', filter.permission_set_ref),
      equals('permission_set_role.role', filter.role),
    ),
  );
  const columns = [
    { name: 'permission_set_role.role', type: 'text' },
    { name: 'permission_set.ref', type: 'text' },
  ] as const;
  return fetchPage(query, { columns, direction: 'asc' }, page);
}

function named(db: Db) {
  return db
    .selectFrom('permission_set_role')
    .innerJoin('permission_set', 'permission_set.id', 'permission_set_role.permset')
    .selectAll('permission_set_role')
    .select('permission_set.ref as permission_set_ref');
}
