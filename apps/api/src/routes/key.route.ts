import { changeOf } from '@attune/changes';
import type { Routes } from '@attune/contract';
import {
  deleteKey,
  findKey,
  findKeyByRef,
  insertKey,
  inTransaction,
  listKeys,
  openKey,
  updateKey,
} from '@attune/db';
import type { KeyRow, Trx } from '@attune/db';
import type { Actor } from '../auth/audit-act.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { auditKey } from '../keys/audit-key.js';
import { keyOwnerOf } from '../keys/key-owner.js';
import { keyResource, showKeySummary, showKeyWithoutValue } from '../keys/key-view.js';
import { tellChanges } from '../streams/tell-changes.js';
import { findDefinition } from './definition.js';
import { listPage } from './listing.js';

type KeyRoutes = Routes['keys'];

export const keyHandlers: GroupHandlers<KeyRoutes> = {
  list: async ({ ctx, query, access }) => {
    const { ref, owner_type, owner, name, encrypted, search } = query;
    const filter = { visible: access.visible(), ref, owner_type, owner, name, encrypted, search };
    return listPage(query, (page) => listKeys(ctx.db, filter, page), showKeySummary);
  },

  get: async (call) => {
    const row = await allowedKey(call);
    const isShown = !row.encrypted || call.access.allows('keys:decrypt', keyResource(row));
    const act = row.encrypted && isShown ? 'decrypted' : 'read';
    await auditKey(call.ctx.db, call, { act, key: row });
    return { ...showKeySummary(row), value: isShown ? openKey(call.ctx.secrets, row) : null };
  },

  create: async (call) => {
    const { ctx, body, access } = call;
    const { ref, owner_type, name, description, encrypted, value } = body;
    const { owner, ownerIdentityId } = await keyOwnerOf(ctx.db, body);
    access.require({ ref, ownerIdentityId, ownerType: owner_type, ownerRef: owner, encrypted });
    const values = { ref, owner_type, owner, name, description, encrypted, value: value ?? null };
    return showKeyWithoutValue(await written(call, 'created', (trx) => insertKey(trx, ctx.secrets, values)));
  },

  update: changeKey,
  patch: changeKey,

  delete: async (call) => {
    const row = await allowedKey(call);
    await written(call, 'deleted', async (trx) => ((await deleteKey(trx, row.id)) ? row : undefined));
    return { success: true as const, message: `key ${row.ref} is deleted` };
  },
};

/** Nobody moves a key to where they could not change it, or has it stored in clear who may not see it in clear. */
async function changeKey(call: Call<KeyRoutes['update' | 'patch']>) {
  const { ctx, body, access } = call;
  const row = await allowedKey(call);
  const encrypted = body.encrypted === row.encrypted ? undefined : body.encrypted;
  if (encrypted === false && body.value === undefined) access.requireAlso('keys:decrypt', keyResource(row));
  const changed = await written(call, 'updated', async (trx) => {
    const after = await updateKey(trx, ctx.secrets, row.id, { ...body, encrypted });
    access.requireAlso('keys:update', keyResource(after));
    return after;
  });
  return showKeyWithoutValue(changed);
}

/** With its entry in the audit trail; then it is told. Undefined: nothing was there to be changed. */
async function written<Written extends KeyRow | undefined>(
  call: Actor & Pick<Call<KeyRoutes['get']>, 'ctx'>,
  change: 'created' | 'updated' | 'deleted',
  write: (trx: Trx) => Promise<Written>,
): Promise<Written> {
  const row = await inTransaction(call.ctx.db, async (trx) => {
    const outcome = await write(trx);
    if (outcome !== undefined) await auditKey(trx, call, { act: change, key: outcome });
    return outcome;
  });
  if (row !== undefined) await tellChanges(call, [changeOf('key', change, keyResource(row))]);
  return row;
}

async function allowedKey({
  ctx,
  params,
  access,
}: Pick<Call<KeyRoutes['get']>, 'ctx' | 'params' | 'access'>): Promise<KeyRow> {
  const row = await findDefinition('key', params.ref, {
    byId: (id) => findKey(ctx.db, id),
    byRef: (ref) => findKeyByRef(ctx.db, ref),
  });
  access.require(keyResource(row));
  return row;
}
