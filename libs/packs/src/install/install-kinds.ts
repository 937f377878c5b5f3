import * as db from '@attune/db';

import {
  actionValues,
  permissionSetValues,
  policyValues,
  ruleValues,
  runtimeValues,
  sensorValues,
  triggerValues,
} from './component-values.js';
import { installKind } from './install-kind.js';
import type { SyncKind } from './install-kind.js';

/** Every kind of component, in the order of installation: what is referred to comes first. */
export const installKinds: readonly SyncKind[] = [
  installKind({
    folder: 'permission_sets',
    entityType: 'permission_set',
    values: permissionSetValues,
    list: db.listPermissionSets,
    insert: db.insertPermissionSet,
    update: db.updatePermissionSet,
    remove: db.deletePermissionSet,
  }),
  installKind({
    folder: 'runtimes',
    entityType: 'runtime',
    values: runtimeValues,
    list: db.listRuntimes,
    insert: db.insertRuntime,
    update: db.updateRuntime,
    remove: db.deleteRuntime,
  }),
  installKind({
    folder: 'sensors',
    entityType: 'sensor',
    values: sensorValues,
    keeps: () => ['enabled'],
    list: db.listSensors,
    insert: db.insertSensor,
    update: db.updateSensor,
    remove: db.deleteSensor,
  }),
  installKind({
    folder: 'triggers',
    entityType: 'trigger',
    values: (document, pack) => {
      const sensor = pack.sensors.find(({ trigger_types }) => trigger_types.includes(document.ref));
      return triggerValues(document, sensor?.ref ?? null);
    },
    keeps: ({ webhook_enabled }) => (webhook_enabled ? ['enabled', 'webhook_config'] : ['enabled']),
    list: db.listTriggers,
    insert: db.insertTrigger,
    update: db.updateTrigger,
    remove: db.deleteTrigger,
  }),
  installKind({
    folder: 'actions',
    entityType: 'action',
    values: actionValues,
    keeps: () => ['enabled'],
    list: db.listActions,
    insert: db.insertAction,
    update: db.updateAction,
    remove: db.deleteAction,
  }),
  installKind({
    folder: 'rules',
    entityType: 'rule',
    values: (document, _pack, { installedBy }) => ruleValues(document, installedBy ?? null),
    keeps: () => ['enabled', 'owner_identity'],
    list: db.listRules,
    insert: db.insertRule,
    update: db.updateRule,
    remove: db.deleteRule,
  }),
  installKind({
    folder: 'policies',
    entityType: 'policy',
    values: policyValues,
    list: db.listPolicies,
    insert: db.insertPolicy,
    update: db.updatePolicy,
    remove: db.deletePolicy,
  }),
];
