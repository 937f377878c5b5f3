import { updatePackBody } from '@attune/contract';
import type { Routes } from '@attune/contract';
import { findPack, findPackByRef, deletePack, insertPack, listPacks, updatePack } from '@attune/db';
import type { NewPack, PackRow } from '@attune/db';
import { forgedSecrets, secretsSet, ValidationError } from '@attune/domain';
import { withKeptSecrets } from '../definitions/kept-secrets.js';
import type { DefinitionKind } from '../definitions/definition-kind.js';
import { deletePackByForce } from '../definitions/delete-pack.js';
import { checkPack, sealedConfig } from '../definitions/pack.check.js';
import { withoutSecrets } from '../definitions/without-secrets.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { tellVersion } from './definition.js';
import {
  definitionHandlers,
  deleteDefinition,
  filterOf,
  listDefinitions,
  loadDefinition,
  updateDefinition,
} from './definition-handlers.js';
import { versionHandlers } from './definition-versions.js';

type PackRoutes = Routes['packs'];
type Body = Call<PackRoutes['update']>['body'];

export const packKind: DefinitionKind<PackRow, NewPack, Body, ReturnType<typeof showPack>> = {
  type: 'pack',
  resource: 'packs',
  fields: [...updatePackBody.keyof().options],
  store: {
    find: findPack,
    findByRef: findPackByRef,
    list: listPacks,
    insert: insertPack,
    update: updatePack,
    delete: deletePack,
  },
  resourceOf: ({ id, ref, installed_by }) => ({
    ref,
    packRef: ref,
    ...(id === undefined ? {} : { id }),
    ownerIdentityId: installed_by ?? null,
  }),
  show: showPack,
  hideIn: (version, newest) => ({ ...version, config: withoutSecrets(newest.conf_schema, version.config) }),
  valuesOf: ({ config, dependencies, ...values }, _asker, before) => ({
    ...values,
    config:
      config &&
      withKeptSecrets(values.conf_schema ?? before?.conf_schema, unforged(config), before?.config ?? null),
    dependencies: dependencies?.map(({ pack, version }) => ({
      pack,
      ...(version === undefined ? {} : { version }),
    })),
  }),
  bornWith: ({ identityId }) => ({ installed_by: identityId }),
  check: checkPack,
  sealed: sealedConfig,
};

export const packHandlers: GroupHandlers<PackRoutes> = {
  ...definitionHandlers(packKind),
  ...versionHandlers(packKind),
  list: async (call) =>
    listDefinitions({ store: packKind.store, show: showPackSummary }, call, filterOf(call.query)),
  delete: (call) => deleteDefinition(packKind, call, (trx, row) => deletePackByForce(trx, row, call)),
  getConfig: async (call) => {
    const row = await loadDefinition(packKind, call.ctx.db, call.params.ref);
    call.access.require(packKind.resourceOf(row));
    await tellVersion(call, 'pack', row.ref);
    return showConfig(row);
  },
  setConfig: async (call) => {
    const { config } = call.body;
    const row = await updateDefinition(packKind, call, (asker, before) =>
      packKind.valuesOf({ config }, asker, before),
    );
    return showConfig(row);
  },
};

/** Only what is stored holds sealed values. Throws ValidationError. */
function unforged(config: Record<string, unknown>): Record<string, unknown> {
  const details = forgedSecrets(config, 'config');
  if (details.length > 0) throw new ValidationError('cannot take this configuration', { details });
  return config;
}

function showPackSummary(row: PackRow) {
  const { id, ref, label, description, version, tags, runtime_deps, is_standard } = row;
  return {
    id,
    ref,
    label,
    description,
    version,
    tags,
    runtime_deps,
    is_standard,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function showPack(row: PackRow) {
  const { conf_schema, meta, dependencies } = row;
  return {
    ...showPackSummary(row),
    conf_schema,
    config: withoutSecrets(conf_schema, row.config),
    meta,
    dependencies,
  };
}

function showConfig({ ref, conf_schema, config }: PackRow) {
  return {
    pack_ref: ref,
    conf_schema,
    config: withoutSecrets(conf_schema, config),
    secrets_set: secretsSet(conf_schema, config),
  };
}
