import type { Routes } from '@attune/contract';
import { findAction, findActionByRef, insertAction, listActions } from '@attune/db';
import type { ActionRow } from '@attune/db';
import { retrySchema, ValidationError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { checkAction } from '../definitions/action.check.js';
import { checkComponentRef } from '../definitions/component-ref.check.js';
import type { GroupHandlers } from '../http/call.js';
import { changeDefinition, findDefinition, tellVersion } from './definition.js';
import { listPage } from './listing.js';

export const actionHandlers: GroupHandlers<Routes['actions']> = {
  list: async ({ ctx, query, access }) => {
    const { pack_ref, runtime_ref, search } = query;
    const filter = { visible: access.visible(), pack_ref, runtime_ref, search };
    return listPage(query, (page) => listActions(ctx.db, filter, page), showActionSummary);
  },

  get: async (call) => {
    const { ctx, params, access } = call;
    const row = await findDefinition('action', params.ref, {
      byId: (id) => findAction(ctx.db, id),
      byRef: (ref) => findActionByRef(ctx.db, ref),
    });
    access.require(componentResource(row.ref, row.id));
    await tellVersion(call, 'action', row.ref);
    return showAction(row);
  },

  create: async (call) => {
    const { ctx, body, access } = call;
    access.require(componentResource(body.ref));
    const details = [...(await checkComponentRef(ctx.db, body)), ...(await checkAction(ctx.db, body))];
    if (details.length > 0) throw new ValidationError(`cannot create action ${body.ref}`, { details });
    const { pack_ref: _, retry, ...values } = body;
    const row = { ...values, retry: retry ? retrySchema.parse(retry) : null, is_adhoc: true };
    const change = { type: 'action', change: 'created', ref: body.ref } as const;
    return showAction(await changeDefinition(call, change, (trx, by) => insertAction(trx, row, by)));
  },
};

function showActionSummary(row: ActionRow) {
  const { id, ref, pack_ref, label, description, runtime_ref, param_schema, out_schema } = row;
  return {
    id,
    ref,
    pack_ref,
    label,
    description,
    runtime_ref,
    param_schema,
    out_schema,
    output_format: row.output_format,
    timeout_seconds: row.timeout_seconds,
    retry: row.retry,
    enabled: row.enabled,
    is_adhoc: row.is_adhoc,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function showAction(row: ActionRow) {
  return { ...showActionSummary(row), entrypoint: row.entrypoint };
}
