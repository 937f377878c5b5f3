import { updateTriggerBody } from '@attune/contract';
import type { Routes } from '@attune/contract';
import {
  deleteTrigger,
  findTrigger,
  findTriggerByRef,
  insertTrigger,
  listTriggers,
  updateTrigger,
} from '@attune/db';
import type { Db, NewTrigger, TriggerRow } from '@attune/db';
import { componentResource } from '../access/resource.js';
import type { DefinitionKind } from '../definitions/definition-kind.js';
import { checkTrigger } from '../definitions/trigger.check.js';
import type { Call, GroupHandlers } from '../http/call.js';
import {
  definitionHandlers,
  listDefinitions,
  loadDefinition,
  switchHandlers,
} from './definition-handlers.js';
import { parentRef } from './definition-parent.js';
import { versionHandlers } from './definition-versions.js';
import { packKind } from './pack.route.js';

type TriggerRoutes = Routes['triggers'];
type Body = Call<TriggerRoutes['update']>['body'] & { pack_ref?: string | undefined };

export const triggerKind: DefinitionKind<TriggerRow, NewTrigger, Body, ReturnType<typeof showTrigger>> = {
  type: 'trigger',
  resource: 'triggers',
  fields: [...updateTriggerBody.keyof().options],
  store: {
    find: findTrigger,
    findByRef: findTriggerByRef,
    list: listTriggers,
    insert: insertTrigger,
    update: updateTrigger,
    delete: deleteTrigger,
  },
  resourceOf: ({ ref, id }) => componentResource(ref, id),
  show: showTrigger,
  valuesOf: ({ pack_ref: _pack, ...values }) => values,
  bornWith: () => ({ is_adhoc: true }),
  check: checkTrigger,
};

export const triggerHandlers: GroupHandlers<TriggerRoutes> = {
  ...definitionHandlers(triggerKind),
  ...switchHandlers(triggerKind),
  ...versionHandlers(triggerKind),
  listByPack: async (call) =>
    listDefinitions(triggerKind, call, { pack_ref: await parentRef(packKind, call) }),
};

export function loadTrigger(db: Db, address: string): Promise<TriggerRow> {
  return loadDefinition(triggerKind, db, address);
}

/** Nothing of the webhook's key and secret. */
function showTrigger(row: TriggerRow) {
  const { id, ref, pack, pack_ref, label, description, enabled, param_schema, out_schema } = row;
  return {
    id,
    ref,
    pack,
    pack_ref,
    label,
    description,
    enabled,
    param_schema,
    out_schema,
    sensor: row.sensor,
    sensor_ref: row.sensor_ref,
    webhook_enabled: row.webhook_enabled,
    is_adhoc: row.is_adhoc,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
