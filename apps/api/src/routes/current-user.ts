import { listPermissionSets, listRoles } from '@attune/db';
import type { Db, IdentityRow } from '@attune/db';
import type { Principal } from '@attune/domain';

/** Who the token stands for, and what it may do: of a limited token no more than that. */
export async function showCurrentUser(db: Db, identity: IdentityRow, principal: Principal) {
  const roles = await listRoles(db, identity.id);
  return {
    ...showUser(identity),
    auth_provider: 'local',
    is_local: true,
    effective_permissions: principal.grants.map(({ resource, actions, constraints }) => ({
      resource,
      actions,
      ...(constraints === undefined ? {} : { constraints }),
    })),
    roles,
    assigned_permission_set_refs: await assignedSets(db, identity.id, roles),
    can_change_password: identity.password_hash !== null,
  };
}

export function showUser({ id, login, display_name }: IdentityRow) {
  return { id, login, display_name };
}

/** Own ones and those of its roles. */
async function assignedSets(db: Db, identity: number, roles: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    [{ identity }, { roles }].map((filter) => listPermissionSets(db, filter, { limit: 1_000 })),
  );
  return [...new Set(lists.flatMap(({ items }) => items.map(({ ref }) => ref)))].toSorted();
}
