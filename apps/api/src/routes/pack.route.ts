import type { Routes } from '@attune/contract';
import { findPack, findPackByRef, insertPack, listPacks } from '@attune/db';
import type { PackRow } from '@attune/db';
import { checkParameterSchema, resolveParameters, ValidationError } from '@attune/domain';
import { withoutSecrets } from '../definitions/without-secrets.js';
import type { GroupHandlers } from '../http/call.js';
import { changeDefinition, findDefinition, tellVersion } from './definition.js';
import { listPage } from './listing.js';

export const packHandlers: GroupHandlers<Routes['packs']> = {
  list: async ({ ctx, query, access }) => {
    const filter = { visible: access.visible(), search: query.search, tag: query.tag };
    return listPage(query, (page) => listPacks(ctx.db, filter, page), showPackSummary);
  },

  get: async (call) => {
    const { ctx, params, access } = call;
    const row = await findDefinition('pack', params.ref, {
      byId: (id) => findPack(ctx.db, id),
      byRef: (ref) => findPackByRef(ctx.db, ref),
    });
    access.require({ id: row.id, ref: row.ref, packRef: row.ref });
    await tellVersion(call, 'pack', row.ref);
    return showPack(row);
  },

  create: async (call) => {
    const { body, access } = call;
    access.require({ ref: body.ref, packRef: body.ref });
    const schemaFaults = checkParameterSchema(body.conf_schema ?? {}, 'conf_schema');
    const faults =
      schemaFaults.length > 0
        ? schemaFaults
        : resolveParameters(body.conf_schema ?? {}, body.config ?? {}, 'config').issues;
    if (faults.length > 0) throw new ValidationError(`cannot create pack ${body.ref}`, { details: faults });
    const change = { type: 'pack', change: 'created', ref: body.ref } as const;
    return showPack(await changeDefinition(call, change, (trx, by) => insertPack(trx, body, by)));
  },
};

function showPackSummary(row: PackRow) {
  const { id, ref, label, description, version, tags, is_standard } = row;
  return {
    id,
    ref,
    label,
    description,
    version,
    tags,
    is_standard,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function showPack(row: PackRow) {
  const { conf_schema, meta, runtime_deps, dependencies } = row;
  return {
    ...showPackSummary(row),
    conf_schema,
    config: withoutSecrets(conf_schema, row.config),
    meta,
    runtime_deps,
    dependencies,
  };
}
