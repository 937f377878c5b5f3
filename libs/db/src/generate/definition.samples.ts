import type { Samples } from './sample.js';
import { firstPage } from './sample.js';
import * as action from '../repositories/action.repository.js';
import * as pack from '../repositories/pack.repository.js';
import * as permissionSet from '../repositories/permission-set.repository.js';
import * as policy from '../repositories/policy.repository.js';
import * as rule from '../repositories/rule.repository.js';
import * as runtime from '../repositories/runtime.repository.js';
import * as sensor from '../repositories/sensor.repository.js';
import * as trigger from '../repositories/trigger.repository.js';

export const definitionSamples: Samples = {
  action: {
    insertAction: (db) =>
      action.insertAction(
        db,
        { ref: 'core.echo', label: 'Echo', entrypoint: 'echo.sh', runtime_ref: 'core.shell' },
        { author: 1 },
      ),
    findAction: (db) => action.findAction(db, 1),
    findActionByRef: (db) => action.findActionByRef(db, 'core.echo'),
    getAction: (db) => action.getAction(db, 1),
    getActionByRef: (db) => action.getActionByRef(db, 'core.echo'),
    listActions: (db) =>
      action.listActions(
        db,
        {
          ref: 'core.*',
          pack_ref: 'core',
          runtime_ref: 'core.shell',
          is_workflow: false,
          search: 'echo text',
          executable: { all: false, anyOf: [{ packRefs: ['core'] }] },
          permission_sets_among: ['core.viewer'],
        },
        firstPage,
      ),
    updateAction: (db) => action.updateAction(db, 1, { label: 'Echo', retry: null }),
    deleteAction: (db) => action.deleteAction(db, 1),
    restoreAction: (db) => action.restoreAction(db, 'core.one', 1, { author: 1 }),
  },
  pack: {
    insertPack: (db) => pack.insertPack(db, { ref: 'core', label: 'Core', version: '1.0.0' }, { author: 1 }),
    findPack: (db) => pack.findPack(db, 1),
    findPackByRef: (db) => pack.findPackByRef(db, 'core'),
    getPack: (db) => pack.getPack(db, 1),
    getPackByRef: (db) => pack.getPackByRef(db, 'core'),
    listPacks: (db) =>
      pack.listPacks(db, { ref: 'c*', tag: 'base', is_standard: true, search: 'core' }, firstPage),
    updatePack: (db) => pack.updatePack(db, 1, { description: null }),
    deletePack: (db) => pack.deletePack(db, 1),
    restorePack: (db) => pack.restorePack(db, 'core.one', 1, { author: 1 }),
  },
  'permission-set': {
    insertPermissionSet: (db) =>
      permissionSet.insertPermissionSet(db, { ref: 'core.viewer', grants: [] }, { author: 1 }),
    findPermissionSet: (db) => permissionSet.findPermissionSet(db, 1),
    findPermissionSetByRef: (db) => permissionSet.findPermissionSetByRef(db, 'core.viewer'),
    getPermissionSet: (db) => permissionSet.getPermissionSet(db, 1),
    getPermissionSetByRef: (db) => permissionSet.getPermissionSetByRef(db, 'core.viewer'),
    listPermissionSets: (db) =>
      permissionSet.listPermissionSets(
        db,
        { ref: 'core.*', pack_ref: 'core', identity: 1, roles: ['operator'] },
        firstPage,
      ),
    updatePermissionSet: (db) => permissionSet.updatePermissionSet(db, 1, { label: 'Viewer' }),
    deletePermissionSet: (db) => permissionSet.deletePermissionSet(db, 1),
    restorePermissionSet: (db) => permissionSet.restorePermissionSet(db, 'core.one', 1, { author: 1 }),
  },
  policy: {
    insertPolicy: (db) =>
      policy.insertPolicy(
        db,
        { ref: 'core.one', name: 'One', threshold: 1, action_ref: 'core.echo' },
        { author: 1 },
      ),
    findPolicy: (db) => policy.findPolicy(db, 1),
    findPolicyByRef: (db) => policy.findPolicyByRef(db, 'core.one'),
    getPolicy: (db) => policy.getPolicy(db, 1),
    getPolicyByRef: (db) => policy.getPolicyByRef(db, 'core.one'),
    listPolicies: (db) =>
      policy.listPolicies(
        db,
        { ref: 'core.*', pack_ref: 'core', action_ref: 'core.echo', tag: 'slow', enabled: true },
        firstPage,
      ),
    updatePolicy: (db) => policy.updatePolicy(db, 1, { threshold: 2 }),
    deletePolicy: (db) => policy.deletePolicy(db, 1),
    restorePolicy: (db) => policy.restorePolicy(db, 'core.one', 1, { author: 1 }),
  },
  rule: {
    insertRule: (db) =>
      rule.insertRule(
        db,
        { ref: 'core.watch', label: 'Watch', trigger_ref: 'core.alert', action_ref: 'core.echo' },
        { author: 1 },
      ),
    findRule: (db) => rule.findRule(db, 1),
    findRuleByRef: (db) => rule.findRuleByRef(db, 'core.watch'),
    getRule: (db) => rule.getRule(db, 1),
    getRuleByRef: (db) => rule.getRuleByRef(db, 'core.watch'),
    listRules: (db) =>
      rule.listRules(
        db,
        {
          ref: 'core.*',
          pack_ref: 'core',
          trigger_ref: 'core.alert',
          action_ref: 'core.echo',
          enabled: true,
          owner_identity: 1,
        },
        firstPage,
      ),
    updateRule: (db) => rule.updateRule(db, 1, { enabled: false }),
    deleteRule: (db) => rule.deleteRule(db, 1),
    restoreRule: (db) => rule.restoreRule(db, 'core.one', 1, { author: 1 }),
  },
  runtime: {
    insertRuntime: (db) => runtime.insertRuntime(db, { ref: 'core.shell', name: 'shell' }, { author: 1 }),
    findRuntime: (db) => runtime.findRuntime(db, 1),
    findRuntimeByRef: (db) => runtime.findRuntimeByRef(db, 'core.shell'),
    getRuntime: (db) => runtime.getRuntime(db, 1),
    getRuntimeByRef: (db) => runtime.getRuntimeByRef(db, 'core.shell'),
    listRuntimes: (db) =>
      runtime.listRuntimes(db, { ref: 'core.*', pack_ref: 'core', name: 'sh' }, firstPage),
    updateRuntime: (db) => runtime.updateRuntime(db, 1, { aliases: ['sh'] }),
    deleteRuntime: (db) => runtime.deleteRuntime(db, 1),
    restoreRuntime: (db) => runtime.restoreRuntime(db, 'core.one', 1, { author: 1 }),
  },
  sensor: {
    insertSensor: (db) =>
      sensor.insertSensor(
        db,
        { ref: 'core.eye', label: 'Eye', entrypoint: 'eye.py', runtime_ref: 'core.python' },
        { author: 1 },
      ),
    findSensor: (db) => sensor.findSensor(db, 1),
    findSensorByRef: (db) => sensor.findSensorByRef(db, 'core.eye'),
    getSensor: (db) => sensor.getSensor(db, 1),
    getSensorByRef: (db) => sensor.getSensorByRef(db, 'core.eye'),
    listSensors: (db) =>
      sensor.listSensors(
        db,
        { ref: 'core.*', pack_ref: 'core', trigger_ref: 'core.alert', enabled: true },
        firstPage,
      ),
    updateSensor: (db) => sensor.updateSensor(db, 1, { enabled: false }),
    deleteSensor: (db) => sensor.deleteSensor(db, 1),
    restoreSensor: (db) => sensor.restoreSensor(db, 'core.one', 1, { author: 1 }),
  },
  trigger: {
    insertTrigger: (db) =>
      trigger.insertTrigger(db, { ref: 'core.alert', label: 'Alert', sensor_ref: 'core.eye' }, { author: 1 }),
    findTrigger: (db) => trigger.findTrigger(db, 1),
    findTriggerByRef: (db) => trigger.findTriggerByRef(db, 'core.alert'),
    getTrigger: (db) => trigger.getTrigger(db, 1),
    getTriggerByRef: (db) => trigger.getTriggerByRef(db, 'core.alert'),
    listTriggers: (db) =>
      trigger.listTriggers(
        db,
        { ref: 'core.*', pack_ref: 'core', sensor_ref: 'core.eye', enabled: true, webhook_enabled: false },
        firstPage,
      ),
    updateTrigger: (db) => trigger.updateTrigger(db, 1, { enabled: false }),
    deleteTrigger: (db) => trigger.deleteTrigger(db, 1),
    restoreTrigger: (db) => trigger.restoreTrigger(db, 'core.one', 1, { author: 1 }),
  },
};
