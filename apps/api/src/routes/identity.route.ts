import type { Routes } from '@attune/contract';
import {
  deleteIdentity,
  getIdentity,
  insertIdentity,
  listIdentities,
  listPermissionAssignments,
  listRolesByIdentity,
} from '@attune/db';
import { changeAuthority } from '../access/change-authority.js';
import { refuseKnownPassword } from '../auth/new-password.js';
import { hashPassword } from '../auth/passwords.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { changeIdentity, refuseOneself, traceOf } from '../identities/change-identity.js';
import { addIdentityRole, removeIdentityRole } from '../identities/identity-roles.js';
import { showAssignment, showIdentity, showIdentitySummary } from '../identities/show-identity.js';
import { listPage } from './listing.js';

type IdentityRoutes = Routes['identities'];

export const identityHandlers: GroupHandlers<IdentityRoutes> = {
  list: async ({ ctx, query, access }) => {
    const { login, frozen, role, search } = query;
    const filter = { visible: access.visible(), login, frozen, role, search };
    const { items, pagination } = await listPage(
      query,
      (page) => listIdentities(ctx.db, filter, page),
      (row) => row,
    );
    const roles = await listRolesByIdentity(
      ctx.db,
      items.map(({ id }) => id),
    );
    return { items: items.map((row) => showIdentitySummary(row, roles.get(row.id) ?? [])), pagination };
  },

  get: async ({ ctx, params, access }) => {
    const row = await getIdentity(ctx.db, params.id);
    access.require({ id: row.id });
    return showIdentity(ctx.db, row);
  },

  create: async (call) => {
    const { ctx, body, access } = call;
    access.require({});
    const { password = null, ...values } = body;
    if (password !== null) refuseKnownPassword(ctx, password, { login: body.login, path: 'password' });
    const password_hash = password === null ? null : await hashPassword(password);
    const row = await changeAuthority(call, async (trx) => {
      const result = await insertIdentity(trx, { ...values, password_hash });
      const subject = { type: 'identity' as const, id: result.id, ref: result.login };
      return { result, event: 'identity.created', subject, after: traceOf(result) };
    });
    return showIdentity(ctx.db, row);
  },

  update: updateIdentity,
  put: updateIdentity,

  delete: async (call) => {
    const { ctx, params, principal, access } = call;
    const row = await getIdentity(ctx.db, params.id);
    access.require({ id: row.id });
    refuseOneself(principal, row.id, 'delete');
    await changeAuthority(call, async (trx) => {
      const before = await getIdentity(trx, row.id);
      const result = await deleteIdentity(trx, row.id);
      const subject = { type: 'identity' as const, id: row.id, ref: row.login };
      return { result, event: 'identity.deleted', subject, before: traceOf(before) };
    });
    return { success: true, message: `identity ${row.login} is deleted` };
  },

  freeze: (call) => switchIdentity(call, true),
  unfreeze: (call) => switchIdentity(call, false),

  addRole: addIdentityRole,
  removeRole: removeIdentityRole,

  permissions: async ({ ctx, params, query, access }) => {
    const { id: identity } = await getIdentity(ctx.db, params.id);
    const filter = { visible: access.visible(), identity };
    return listPage(query, (page) => listPermissionAssignments(ctx.db, filter, page), showAssignment);
  },
};

async function updateIdentity(call: Call<IdentityRoutes['update' | 'put']>) {
  return showIdentity(call.ctx.db, await changeIdentity(call, call.params.id, call.body));
}

async function switchIdentity(call: Call<IdentityRoutes['freeze' | 'unfreeze']>, frozen: boolean) {
  return showIdentity(call.ctx.db, await changeIdentity(call, call.params.id, { frozen }));
}
