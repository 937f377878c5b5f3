import type { Routes } from '@attune/contract';
import { findTrigger, findTriggerByRef, insertTrigger, listTriggers } from '@attune/db';
import type { Db, TriggerRow } from '@attune/db';
import { checkParameterSchema, ValidationError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { checkComponentRef } from '../definitions/component-ref.check.js';
import type { GroupHandlers } from '../http/call.js';
import { changeDefinition, findDefinition, tellVersion } from './definition.js';
import { listPage } from './listing.js';

export const triggerHandlers: GroupHandlers<Routes['triggers']> = {
  list: async ({ ctx, query, access }) => {
    const filter = { visible: access.visible(), pack_ref: query.pack_ref, enabled: query.enabled };
    return listPage(query, (page) => listTriggers(ctx.db, filter, page), showTrigger);
  },

  get: async (call) => {
    const { ctx, params, access } = call;
    const row = await loadTrigger(ctx.db, params.ref);
    access.require(componentResource(row.ref, row.id));
    await tellVersion(call, 'trigger', row.ref);
    return showTrigger(row);
  },

  create: async (call) => {
    const { ctx, body, access } = call;
    access.require(componentResource(body.ref));
    const details = [
      ...(await checkComponentRef(ctx.db, body)),
      ...checkParameterSchema(body.param_schema ?? null, 'param_schema'),
      ...checkParameterSchema(body.out_schema ?? null, 'out_schema'),
    ];
    if (details.length > 0) throw new ValidationError(`cannot create trigger ${body.ref}`, { details });
    const { pack_ref: _, ...values } = body;
    const change = { type: 'trigger', change: 'created', ref: body.ref } as const;
    return showTrigger(
      await changeDefinition(call, change, (trx, by) =>
        insertTrigger(trx, { ...values, is_adhoc: true }, by),
      ),
    );
  },
};

export function loadTrigger(db: Db, address: string): Promise<TriggerRow> {
  return findDefinition('trigger', address, {
    byId: (id) => findTrigger(db, id),
    byRef: (ref) => findTriggerByRef(db, ref),
  });
}

/** Nothing of the webhook's key and secret. */
function showTrigger(row: TriggerRow) {
  const { id, ref, pack_ref, label, description, enabled, param_schema, out_schema } = row;
  return {
    id,
    ref,
    pack_ref,
    label,
    description,
    enabled,
    param_schema,
    out_schema,
    webhook_enabled: row.webhook_enabled,
    is_adhoc: row.is_adhoc,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
