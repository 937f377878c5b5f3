import { updateRuntimeBody } from '@attune/contract';
import type { Routes } from '@attune/contract';
import {
  deleteRuntime,
  findRuntime,
  findRuntimeByRef,
  insertRuntime,
  listRuntimes,
  listRuntimeVersions,
  updateRuntime,
} from '@attune/db';
import type { NewRuntime, RuntimeRow, RuntimeVersionRow } from '@attune/db';
import { componentResource } from '../access/resource.js';
import type { DefinitionKind } from '../definitions/definition-kind.js';
import { checkRuntime } from '../definitions/runtime.check.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { definitionHandlers, listDefinitions, loadDefinition } from './definition-handlers.js';
import { parentRef } from './definition-parent.js';
import { versionHandlers } from './definition-versions.js';
import { listPage } from './listing.js';
import { packKind } from './pack.route.js';

type RuntimeRoutes = Routes['runtimes'];
type Body = Call<RuntimeRoutes['update']>['body'] & { pack_ref?: string | undefined };

const runtimeKind: DefinitionKind<RuntimeRow, NewRuntime, Body, ReturnType<typeof showRuntime>> = {
  type: 'runtime',
  resource: 'runtimes',
  fields: [...updateRuntimeBody.keyof().options],
  store: {
    find: findRuntime,
    findByRef: findRuntimeByRef,
    list: listRuntimes,
    insert: insertRuntime,
    update: updateRuntime,
    delete: deleteRuntime,
  },
  resourceOf: ({ ref, id }) => componentResource(ref, id),
  show: showRuntime,
  valuesOf: ({ pack_ref: _pack, ...values }) => values,
  check: (_asker, draft) => checkRuntime(draft),
};

export const runtimeHandlers: GroupHandlers<RuntimeRoutes> = {
  ...definitionHandlers(runtimeKind),
  ...versionHandlers(runtimeKind),
  listByPack: async (call) =>
    listDefinitions(runtimeKind, call, { pack_ref: await parentRef(packKind, call) }),
  runtimeVersions: async ({ ctx, params, query, access }) => {
    const row = await loadDefinition(runtimeKind, ctx.db, params.ref);
    access.require(runtimeKind.resourceOf(row));
    const filter = { runtime_ref: row.ref, available: query.available };
    return listPage(query, (page) => listRuntimeVersions(ctx.db, filter, page), showVersion);
  },
};

function showRuntime(row: RuntimeRow) {
  const { id, ref, pack, pack_ref, name, aliases, description, distributions, installation } = row;
  return {
    id,
    ref,
    pack,
    pack_ref,
    name,
    aliases,
    description,
    distributions,
    installation,
    execution_config: row.execution_config,
    auto_detected: row.auto_detected,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function showVersion({
  version_major: _major,
  version_minor: _minor,
  version_patch: _patch,
  ...row
}: RuntimeVersionRow) {
  return {
    ...row,
    verified_at: row.verified_at?.toISOString() ?? null,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
