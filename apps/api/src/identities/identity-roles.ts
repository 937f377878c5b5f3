import type { Routes } from '@attune/contract';
import { addRole, findIdentityRole, getIdentity, listGrantsOfRole, removeRole } from '@attune/db';
import type { Db, IdentityRoleRow } from '@attune/db';
import { InvalidStateError, NotFoundError, requireCovered } from '@attune/domain';
import { changeAuthority } from '../access/change-authority.js';
import type { Call } from '../http/call.js';
import { showIdentityRole } from './show-identity.js';

type IdentityRoutes = Routes['identities'];

/** Having a role is holding every permission set that is mapped to it. */
export async function addIdentityRole(call: Call<IdentityRoutes['addRole']>) {
  const { params, body, principal, access } = call;
  access.require({});
  const row = await changeAuthority(call, async (trx) => {
    const { id, login } = await getIdentity(trx, params.id);
    requireCovered(principal, await listGrantsOfRole(trx, body.role), 'role');
    const result = await addRole(trx, id, body.role);
    const subject = { type: 'identity' as const, id, ref: login };
    return { result, event: 'identity.role_added', subject, after: { role: body.role } };
  });
  return showIdentityRole(row);
}

export async function removeIdentityRole(call: Call<IdentityRoutes['removeRole']>) {
  const { params, access } = call;
  access.require({});
  const { role } = await changeAuthority(call, async (trx) => {
    const result = await getIdentityRole(trx, params.id);
    refuseManaged(result);
    const { id, login } = await getIdentity(trx, result.identity);
    await removeRole(trx, id, result.role);
    const subject = { type: 'identity' as const, id, ref: login };
    return { result, event: 'identity.role_removed', subject, before: { role: result.role } };
  });
  return { success: true as const, message: `role ${role} is taken away` };
}

async function getIdentityRole(db: Db, id: number): Promise<IdentityRoleRow> {
  const row = await findIdentityRole(db, id);
  if (row === undefined) throw new NotFoundError('identity_role', 'id', id);
  return row;
}

/** It would be back at the next login. */
function refuseManaged({ role, source, managed }: IdentityRoleRow): void {
  if (!managed) return;
  throw new InvalidStateError(`role ${role} is given by ${source} and can be taken away only there`);
}
