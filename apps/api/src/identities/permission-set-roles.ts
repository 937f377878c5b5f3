import type { Routes } from '@attune/contract';
import {
  addRoleToPermissionSet,
  findPermissionSet,
  findPermissionSetByRef,
  findPermissionSetRole,
  getPermissionSet,
  removeRoleFromPermissionSet,
} from '@attune/db';
import type { Db, PermissionSetRole } from '@attune/db';
import { NotFoundError, requireCovered } from '@attune/domain';
import { changeAuthority } from '../access/change-authority.js';
import type { Call } from '../http/call.js';
import { findDefinition } from '../routes/definition.js';
import { showPermissionSetRole } from './show-permission-set.js';

type SetRoutes = Routes['permissionSets'];

/** Mapping a set to a role gives it to everybody who has the role. */
export async function addPermissionSetRole(call: Call<SetRoutes['addRole']>) {
  const { ctx, params, body, principal, access } = call;
  const { id, ref } = await findDefinition('permission_set', params.ref, {
    byId: (setId) => findPermissionSet(ctx.db, setId),
    byRef: (setRef) => findPermissionSetByRef(ctx.db, setRef),
  });
  access.require({ id, ref });
  const row = await changeAuthority(call, async (trx) => {
    const set = await getPermissionSet(trx, id);
    requireCovered(principal, set.grants, 'role');
    const mapping = await addRoleToPermissionSet(trx, ref, body.role);
    const subject = { type: 'permission_set' as const, id, ref };
    const result = { ...mapping, permission_set_ref: ref };
    return { result, event: 'permission_set.role_added', subject, after: { role: body.role } };
  });
  return showPermissionSetRole(row);
}

export async function removePermissionSetRole(call: Call<SetRoutes['removeRole']>) {
  const { ctx, params, access } = call;
  const row = await getMapping(ctx.db, params.id);
  const { permset: id, permission_set_ref: ref, role } = row;
  access.require({ id, ref });
  await changeAuthority(call, async (trx) => {
    const result = await getMapping(trx, params.id);
    await removeRoleFromPermissionSet(trx, ref, role);
    const subject = { type: 'permission_set' as const, id, ref };
    return { result, event: 'permission_set.role_removed', subject, before: { role } };
  });
  return { success: true as const, message: `${ref} is taken from role ${role}` };
}

async function getMapping(db: Db, id: number): Promise<PermissionSetRole> {
  const row = await findPermissionSetRole(db, id);
  if (row === undefined) throw new NotFoundError('permission_set_role', 'id', id);
  return row;
}
