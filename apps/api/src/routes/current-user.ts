import { listRoles } from '@attune/db';
import type { Db, IdentityRow } from '@attune/db';
import type { Principal } from '@attune/domain';

/** Who the token stands for, and what it may do: of a limited token no more than that. */
export async function showCurrentUser(db: Db, identity: IdentityRow, principal: Principal) {
  return {
    ...showUser(identity),
    auth_provider: 'local',
    is_local: true,
    effective_permissions: principal.grants.map(({ resource, actions, constraints }) => ({
      resource,
      actions,
      ...(constraints === undefined ? {} : { constraints }),
    })),
    roles: await listRoles(db, identity.id),
  };
}

export function showUser({ id, login, display_name }: IdentityRow) {
  return { id, login, display_name };
}
