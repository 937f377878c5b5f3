import type { Grant } from '@attune/domain';
import { MissingReferenceError } from '@attune/domain';
import type { Db } from '../database.js';
import type { PermissionAssignmentRow } from '../schema/index.js';

const manual = 'manual';

/** What the identity may do: grants of its own permission sets and of those of its roles. */
export async function listGrants(db: Db, identityId: number): Promise<Grant[]> {
  const own = db.selectFrom('permission_assignment').select('permset').where('identity', '=', identityId);
  const ofRoles = db
    .selectFrom('permission_set_role')
    .innerJoin('identity_role', 'identity_role.role', 'permission_set_role.role')
    .select('permset')
    .where('identity_role.identity', '=', identityId);
  const sets = await db
    .selectFrom('permission_set')
    .select('grants')
    .where('id', 'in', own.union(ofRoles))
    .orderBy('ref')
    .execute();
  return sets.flatMap((set) => set.grants);
}

/** Refs of the permission sets assigned to the identity itself, in order. */
export async function listAssignedPermissionSets(db: Db, identityId: number): Promise<string[]> {
  const sets = await db
    .selectFrom('permission_set')
    .innerJoin('permission_assignment', 'permission_assignment.permset', 'permission_set.id')
    .select('ref')
    .where('identity', '=', identityId)
    .orderBy('ref')
    .execute();
  return sets.map((set) => set.ref);
}

/** Idempotent. */
export async function assignPermissionSet(
  db: Db,
  identityId: number,
  permissionSetRef: string,
): Promise<PermissionAssignmentRow> {
  const permset = await permissionSetId(db, 'permission_assignment', permissionSetRef);
  return db
    .insertInto('permission_assignment')
    .values({ identity: identityId, permset })
    .onConflict((conflict) => conflict.columns(['identity', 'permset']).doUpdateSet({ permset }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** false when it was not assigned. */
export async function unassignPermissionSet(
  db: Db,
  identityId: number,
  permissionSetRef: string,
): Promise<boolean> {
  const result = await db
    .deleteFrom('permission_assignment')
    .where('identity', '=', identityId)
    .where('permset', '=', ({ selectFrom }) =>
      selectFrom('permission_set').select('id').where('ref', '=', permissionSetRef),
    )
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** In order, whatever they come from. */
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
export async function addRole(db: Db, identityId: number, role: string): Promise<void> {
  await db
    .insertInto('identity_role')
    .values({ identity: identityId, role, source: manual })
    .onConflict((conflict) => conflict.columns(['identity', 'role', 'source']).doNothing())
    .execute();
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

/** Idempotent. */
export async function addRoleToPermissionSet(db: Db, permissionSetRef: string, role: string): Promise<void> {
  const permset = await permissionSetId(db, 'permission_set_role', permissionSetRef);
  await db
    .insertInto('permission_set_role')
    .values({ permset, role })
    .onConflict((conflict) => conflict.columns(['permset', 'role']).doNothing())
    .execute();
}

async function permissionSetId(db: Db, entity: string, ref: string): Promise<number> {
  const row = await db.selectFrom('permission_set').select('id').where('ref', '=', ref).executeTakeFirst();
  if (row === undefined) throw new MissingReferenceError(entity, 'permission_set_ref', ref);
  return row.id;
}
