import type { Routes } from '@attune/contract';
import {
  deletePermissionSet,
  findPermissionSet,
  findPermissionSetByRef,
  getPermissionSet,
  insertPermissionSet,
  listPermissionSets,
  listRolesByPermissionSet,
  updatePermissionSet,
} from '@attune/db';
import type { Db, PermissionSetRow } from '@attune/db';
import { addedGrants, InvalidStateError, requireCovered, ValidationError } from '@attune/domain';
import { changeAuthority } from '../access/change-authority.js';
import { checkComponentRef } from '../definitions/component-ref.check.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { addPermissionSetRole, removePermissionSetRole } from '../identities/permission-set-roles.js';
import { showPermissionSet } from '../identities/show-permission-set.js';
import { findDefinition, requireExpectedVersion, tellVersion } from './definition.js';
import { listPage } from './listing.js';

type SetRoutes = Routes['permissionSets'];

export const permissionSetHandlers: GroupHandlers<SetRoutes> = {
  list: async ({ ctx, query, access }) => {
    const { pack_ref, ref, role, search } = query;
    const roles = role === undefined ? undefined : [role];
    const filter = { visible: access.visible(), pack_ref, ref, roles, search };
    const { items, pagination } = await listPage(
      query,
      (page) => listPermissionSets(ctx.db, filter, page),
      (row) => row,
    );
    const mapped = await listRolesByPermissionSet(
      ctx.db,
      items.map(({ id }) => id),
    );
    return { items: items.map((row) => showPermissionSet(row, mapped.get(row.id))), pagination };
  },

  get: async (call) => {
    const row = await loadSet(call.ctx.db, call.params.ref);
    call.access.require({ id: row.id, ref: row.ref });
    return answer(call, row);
  },

  create: async (call) => {
    const { ctx, body, principal, access } = call;
    access.require({ ref: body.ref });
    const details = await checkComponentRef({ db: ctx.db, access }, body);
    if (details.length > 0) throw new ValidationError(`cannot create ${body.ref}`, { details });
    requireCovered(principal, body.grants, 'grants');
    const { pack_ref: _, ...values } = body;
    const row = await changeAuthority(call, async (trx) => {
      const by = { author: principal.identityId };
      const result = await insertPermissionSet(trx, { ...values, is_adhoc: true }, by);
      return { result, event: 'permission_set.created', subject: subjectOf(result), after: traceOf(result) };
    });
    return answer(call, row);
  },

  update: updateSet,
  put: updateSet,

  delete: async (call) => {
    const { ctx, params, access } = call;
    const { id, ref } = await loadSet(ctx.db, params.ref);
    access.require({ id, ref });
    await changeAuthority(call, async (trx) => {
      const before = await getPermissionSet(trx, id);
      refuseOfPack(before);
      const result = await deletePermissionSet(trx, id);
      const subject = subjectOf(before);
      return { result, event: 'permission_set.deleted', subject, before: traceOf(before) };
    });
    return { success: true, message: `permission set ${ref} is deleted` };
  },

  addRole: addPermissionSetRole,
  removeRole: removePermissionSetRole,
};

/** Whoever adds a grant to a set gives it to everybody who has the set. */
async function updateSet(call: Call<SetRoutes['update' | 'put']>) {
  const { ctx, params, body, principal, access } = call;
  const { id, ref } = await loadSet(ctx.db, params.ref);
  access.require({ id, ref });
  const row = await changeAuthority(call, async (trx) => {
    await requireExpectedVersion(trx, call, { type: 'permission_set', ref });
    const before = await getPermissionSet(trx, id);
    refuseOfPack(before);
    requireCovered(principal, addedGrants(before.grants, body.grants ?? []), 'grants');
    const result = await updatePermissionSet(trx, id, body, { author: principal.identityId });
    return {
      result,
      event: 'permission_set.updated',
      subject: subjectOf(result),
      before: traceOf(before),
      after: traceOf(result),
    };
  });
  return answer(call, row);
}

async function answer(call: Pick<Call<SetRoutes['get']>, 'ctx' | 'versioning'>, row: PermissionSetRow) {
  await tellVersion(call, 'permission_set', row.ref);
  const roles = await listRolesByPermissionSet(call.ctx.db, [row.id]);
  return showPermissionSet(row, roles.get(row.id));
}

/** The next installation of the pack would undo it. */
function refuseOfPack({ ref, pack_ref, is_adhoc }: PermissionSetRow): void {
  if (is_adhoc) return;
  throw new InvalidStateError(
    `${ref} follows the files of pack ${pack_ref} and can be changed only there; make a set of your own`,
  );
}

function loadSet(db: Db, address: string): Promise<PermissionSetRow> {
  return findDefinition('permission_set', address, {
    byId: (id) => findPermissionSet(db, id),
    byRef: (ref) => findPermissionSetByRef(db, ref),
  });
}

function subjectOf({ id, ref }: PermissionSetRow) {
  return { type: 'permission_set' as const, id, ref };
}

function traceOf({ label, description, grants }: PermissionSetRow) {
  return { label, description, grants };
}
