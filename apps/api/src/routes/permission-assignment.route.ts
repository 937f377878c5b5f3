import type { Routes } from '@attune/contract';
import {
  deletePermissionAssignment,
  findIdentity,
  findIdentityByLogin,
  findPermissionSetByRef,
  getPermissionAssignment,
  insertPermissionAssignment,
  listPermissionAssignments,
} from '@attune/db';
import type { Db, IdentityRow, PermissionAssignment, PermissionSetRow } from '@attune/db';
import { MissingReferenceError, requireCovered } from '@attune/domain';
import { changeAuthority } from '../access/change-authority.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { showAssignment } from '../identities/show-identity.js';
import { listPage } from './listing.js';

type AssignmentRoutes = Routes['permissionAssignments'];

const entity = 'permission_assignment';

export const permissionAssignmentHandlers: GroupHandlers<AssignmentRoutes> = {
  list: async ({ ctx, query, access }) => {
    const { identity_id: identity, permission_set_ref } = query;
    const filter = { visible: access.visible(), identity, permission_set_ref };
    return listPage(query, (page) => listPermissionAssignments(ctx.db, filter, page), showAssignment);
  },

  create: async (call) => {
    const { body, principal, access } = call;
    access.require({ ref: body.permission_set_ref });
    const row = await changeAuthority(call, async (trx) => {
      const set = await namedSet(trx, body.permission_set_ref);
      const identity = await namedIdentity(trx, body);
      requireCovered(principal, set.grants, 'permission_set_ref');
      const { id } = await insertPermissionAssignment(trx, {
        identity: identity.id,
        permission_set_ref: set.ref,
      });
      const result = await getPermissionAssignment(trx, id);
      const subject = subjectOf(result);
      return { result, event: 'permission_set.assigned', subject, after: traceOf(result) };
    });
    return showAssignment(row);
  },

  delete: async (call) => {
    const { ctx, params, access } = call;
    const row = await getPermissionAssignment(ctx.db, params.id);
    access.require({ id: row.permset, ref: row.permission_set_ref });
    await changeAuthority(call, async (trx) => {
      const result = await getPermissionAssignment(trx, row.id);
      await deletePermissionAssignment(trx, row.id);
      const subject = subjectOf(result);
      return { result, event: 'permission_set.unassigned', subject, before: traceOf(result) };
    });
    return { success: true, message: `${row.permission_set_ref} is taken away from ${row.login}` };
  },
};

async function namedSet(db: Db, ref: string): Promise<PermissionSetRow> {
  const set = await findPermissionSetByRef(db, ref);
  if (set === undefined) throw new MissingReferenceError(entity, 'permission_set_ref', ref);
  return set;
}

async function namedIdentity(
  db: Db,
  { identity_id: id, identity_login: login = '' }: Call<AssignmentRoutes['create']>['body'],
): Promise<IdentityRow> {
  const identity = id === undefined ? await findIdentityByLogin(db, login) : await findIdentity(db, id);
  if (identity !== undefined) return identity;
  throw id === undefined
    ? new MissingReferenceError(entity, 'identity_login', login)
    : new MissingReferenceError(entity, 'identity_id', id);
}

/** The set: it is its ref that people look for. */
function subjectOf({ permset: id, permission_set_ref: ref }: PermissionAssignment) {
  return { type: 'permission_set' as const, id, ref };
}

function traceOf({ identity, login }: PermissionAssignment) {
  return { identity_id: identity, identity_login: login };
}
