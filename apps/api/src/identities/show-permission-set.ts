import type { PermissionSetRole, PermissionSetRow } from '@attune/db';

export function showPermissionSet(row: PermissionSetRow, roles: readonly PermissionSetRole[] = []) {
  const { id, ref, pack_ref, label, description, grants, is_adhoc } = row;
  return {
    id,
    ref,
    pack_ref,
    label,
    description,
    grants,
    is_adhoc,
    roles: roles.map(showPermissionSetRole),
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

export function showPermissionSetRole({ id, permset, permission_set_ref, role, created }: PermissionSetRole) {
  return { id, permission_set_id: permset, permission_set_ref, role, created: created.toISOString() };
}
