import { listIdentityRoles, listPermissionAssignments } from '@attune/db';
import type { Db, IdentityRoleRow, IdentityRow, IdentitySummary, PermissionAssignment } from '@attune/db';

const all = { limit: 1_000 };

/** With its roles and the permission sets that are assigned to itself. */
export async function showIdentity(db: Db, row: IdentityRow) {
  const [roles, assignments] = await Promise.all([
    listIdentityRoles(db, { identity: row.id }, all),
    listPermissionAssignments(db, { identity: row.id }, all),
  ]);
  return {
    ...fieldsOf(row),
    roles: roles.items.map(showIdentityRole),
    direct_permissions: assignments.items.map(showAssignment),
  };
}

export function showIdentitySummary(row: IdentitySummary, roles: readonly string[]) {
  return { ...fieldsOf(row), roles: [...roles] };
}

export function showIdentityRole({ identity, created, updated, ...row }: IdentityRoleRow) {
  return { ...row, identity_id: identity, created: created.toISOString(), updated: updated.toISOString() };
}

export function showAssignment(row: PermissionAssignment) {
  return {
    id: row.id,
    identity_id: row.identity,
    identity_login: row.login,
    permission_set_id: row.permset,
    permission_set_ref: row.permission_set_ref,
    created: row.created.toISOString(),
  };
}

function fieldsOf({ id, login, display_name, frozen, attributes, created, updated }: IdentitySummary) {
  return {
    id,
    login,
    display_name,
    frozen,
    attributes,
    created: created.toISOString(),
    updated: updated.toISOString(),
  };
}
