import type { Grant, Retry } from '@attune/domain';
import type { Db } from '../database.js';
import { describeRepository, differing } from '../testing/describe-repository.js';
import {
  makeAction,
  makePack,
  makePermissionSet,
  makePolicy,
  makeRule,
  makeRuntime,
  makeSensor,
  makeTrigger,
  useTestDatabase,
} from '../testing/index.js';
import * as action from './action.repository.js';
import * as pack from './pack.repository.js';
import * as permissionSet from './permission-set.repository.js';
import * as policy from './policy.repository.js';
import * as rule from './rule.repository.js';
import * as runtime from './runtime.repository.js';
import * as sensor from './sensor.repository.js';
import * as trigger from './trigger.repository.js';

const database = useTestDatabase();

const invalidRef = { code: 'VALIDATION_ERROR', details: [{ path: 'ref', message: expect.any(String) }] };
const noPack = (entity: string) => ({
  code: 'MISSING_REFERENCE',
  entity,
  field: 'pack_ref',
  value: 'no_pack',
});
const retry: Retry = { count: 2, delay: 1, backoff: 'constant', jitter: 0, on: ['failed'] };
const text = '日本語 "quoted" \\ %_* \n';

describeRepository(database, {
  entity: 'pack',
  orderedBy: 'ref',
  make: makePack,
  find: pack.findPack,
  get: pack.getPack,
  list: pack.listPacks,
  remove: pack.deletePack,
  key: {
    column: 'ref',
    find: pack.findPackByRef,
    get: pack.getPackByRef,
    make: (db, ref) => makePack(db, { ref }),
  },
  update: {
    apply: pack.updatePack,
    change: { label: text, version: '2.0.0-rc.1+build.7', tags: ['one', 'two'], is_standard: true },
    set: {
      description: text,
      author: 'Ada',
      source_url: 'https://example.org/a.git',
      installed_at: new Date(0),
    },
  },
  filters: {
    ref: differing(makePack, [{ ref: 'wild_card' }, { ref: 'wildxcard' }], { ref: 'wild_*' }),
    tag: differing(makePack, [{ tags: ['blue', 'green'] }, { tags: ['greenish'] }], { tag: 'green' }),
    is_standard: differing(makePack, [{ is_standard: true }, {}], { is_standard: true }),
    source_type: differing(makePack, [{ source_type: 'git' }, { source_type: 'local' }], {
      source_type: 'git',
    }),
    installed: differing(makePack, [{ installed_at: new Date() }, {}], { installed: true }),
    search: differing(makePack, [{ label: '100 % Sure' }, { label: '1000 sure' }], { search: 'SURE 100 %' }),
  },
  refuses: {
    'a ref with a dot': { insert: (db) => makePack(db, { ref: 'a.b' }), error: invalidRef },
    'a ref with blanks': { insert: (db) => makePack(db, { ref: 'a b' }), error: invalidRef },
    'a ref in upper case': { insert: (db) => makePack(db, { ref: 'Upper' }), error: invalidRef },
    'a ref with other signs': { insert: (db) => makePack(db, { ref: 'a!@#' }), error: invalidRef },
    'an empty ref': { insert: (db) => makePack(db, { ref: '' }), error: invalidRef },
    'a ref of more than 255 characters': {
      insert: (db) => makePack(db, { ref: 'a'.repeat(256) }),
      error: invalidRef,
    },
    'a version that is not semver': {
      insert: (db) => makePack(db, { version: '1.0' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'version' }] },
    },
    'a configuration that is a list': {
      insert: (db) => makePack(db, { config: [] as never }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'config', message: 'must be an object' }] },
    },
  },
  documents: {
    conf_schema: async (db, value) => (await makePack(db, { conf_schema: value as never })).conf_schema,
    config: async (db, value) => (await makePack(db, { config: value as never })).config,
    meta: async (db, value) => (await makePack(db, { meta: value as never })).meta,
  },
});

describeRepository(database, {
  entity: 'runtime',
  orderedBy: 'ref',
  make: makeRuntime,
  find: runtime.findRuntime,
  get: runtime.getRuntime,
  list: runtime.listRuntimes,
  remove: runtime.deleteRuntime,
  key: {
    column: 'ref',
    find: runtime.findRuntimeByRef,
    get: runtime.getRuntimeByRef,
    make: (db, ref) => makeRuntime(db, { ref }),
  },
  update: {
    apply: runtime.updateRuntime,
    change: {
      name: text,
      aliases: ['py', 'py3'],
      auto_detected: true,
      execution_config: { interpreter: {} },
    },
    set: { description: text, installation: { steps: [] } },
  },
  filters: {
    ref: differing(makeRuntime, [{ ref: 'rf_a.one' }, { ref: 'rfxa.one' }], { ref: 'rf_a.*' }),
    pack_ref: differing(makeRuntime, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    name: differing(makeRuntime, [{ name: 'Snake' }, { name: 'Snakes' }], { name: 'sNAKE' }),
    alias: differing(makeRuntime, [{ aliases: ['sn', 'sn3'] }, { aliases: ['sn33'] }], { name: 'SN3' }),
    auto_detected: differing(makeRuntime, [{ auto_detected: true }, {}], { auto_detected: true }),
  },
  refuses: {
    'a ref without a dot': {
      insert: (db) => runtime.insertRuntime(db, { ref: 'nodot', name: 'x' }),
      error: { code: 'VALIDATION_ERROR' },
    },
    'a ref with two dots': {
      insert: async (db) => runtime.insertRuntime(db, { ref: `${(await makePack(db)).ref}.a.b`, name: 'x' }),
      error: invalidRef,
    },
    'a pack that does not exist': {
      insert: (db) => runtime.insertRuntime(db, { ref: 'no_pack.x', name: 'x' }),
      error: noPack('runtime'),
    },
    'an execution configuration that is a list': {
      insert: (db) => makeRuntime(db, { execution_config: [] as never }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'execution_config' }] },
    },
  },
  documents: {
    distributions: async (db, value) =>
      (await makeRuntime(db, { distributions: value as never })).distributions,
    installation: async (db, value) => (await makeRuntime(db, { installation: value })).installation,
    execution_config: async (db, value) =>
      (await makeRuntime(db, { execution_config: value as never })).execution_config,
    detection_config: async (db, value) =>
      (await makeRuntime(db, { detection_config: value as never })).detection_config,
  },
});

describeRepository(database, {
  entity: 'trigger',
  orderedBy: 'ref',
  make: makeTrigger,
  find: trigger.findTrigger,
  get: trigger.getTrigger,
  list: trigger.listTriggers,
  remove: trigger.deleteTrigger,
  key: {
    column: 'ref',
    find: trigger.findTriggerByRef,
    get: trigger.getTriggerByRef,
    make: (db, ref) => makeTrigger(db, { ref }),
  },
  update: {
    apply: trigger.updateTrigger,
    change: {
      label: text,
      enabled: false,
      webhook_enabled: true,
      webhook_config: { hmac: { enabled: true } },
    },
    set: { description: text, param_schema: { a: { type: 'string' } }, out_schema: {} },
  },
  filters: {
    ref: differing(makeTrigger, [{ ref: 'tr_a.one' }, { ref: 'trxa.one' }], { ref: 'tr_a.*' }),
    pack_ref: differing(makeTrigger, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    sensor_ref: async (db) => {
      const found = await makeTrigger(db, { sensor_ref: (await makeSensor(db)).ref });
      return { found, others: [await makeTrigger(db)], filter: { sensor_ref: found.sensor_ref! } };
    },
    enabled: differing(makeTrigger, [{ enabled: false }, {}], { enabled: false }),
    is_adhoc: differing(makeTrigger, [{ is_adhoc: true }, {}], { is_adhoc: true }),
    webhook_enabled: differing(makeTrigger, [{ webhook_enabled: true }, {}], { webhook_enabled: true }),
    search: differing(makeTrigger, [{ description: 'A Door opens' }, {}], { search: 'door OPENS' }),
  },
  refuses: {
    'a ref with two dots': {
      insert: async (db) => trigger.insertTrigger(db, { ref: `${(await makePack(db)).ref}.a.b`, label: 'x' }),
      error: invalidRef,
    },
    'a pack that does not exist': {
      insert: (db) => trigger.insertTrigger(db, { ref: 'no_pack.x', label: 'x' }),
      error: noPack('trigger'),
    },
    'a sensor that does not exist': {
      insert: (db) => makeTrigger(db, { sensor_ref: 'core.blind' }),
      error: { code: 'MISSING_REFERENCE', entity: 'trigger', field: 'sensor_ref', value: 'core.blind' },
    },
  },
  documents: {
    param_schema: async (db, value) => (await makeTrigger(db, { param_schema: value as never })).param_schema,
    out_schema: async (db, value) => (await makeTrigger(db, { out_schema: value as never })).out_schema,
    webhook_config: async (db, value) =>
      (await makeTrigger(db, { webhook_config: value as never })).webhook_config,
  },
});

describeRepository(database, {
  entity: 'sensor',
  orderedBy: 'ref',
  make: makeSensor,
  find: sensor.findSensor,
  get: sensor.getSensor,
  list: sensor.listSensors,
  remove: sensor.deleteSensor,
  key: {
    column: 'ref',
    find: sensor.findSensorByRef,
    get: sensor.getSensorByRef,
    make: (db, ref) => makeSensor(db, { ref }),
  },
  update: {
    apply: sensor.updateSensor,
    change: { label: text, entrypoint: 'other.py', enabled: false, partitions: 3 },
    set: {
      description: text,
      param_schema: { a: { type: 'string' } },
      config: {},
      runtime_version_constraint: '>=3.11',
      log_retention_policy: 'days',
      log_retention_limit: 7,
    },
  },
  filters: {
    ref: differing(makeSensor, [{ ref: 'se_a.one' }, { ref: 'sexa.one' }], { ref: 'se_a.*' }),
    pack_ref: differing(makeSensor, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    runtime_ref: differing(makeSensor, [{ runtime_ref: 'core.eyes' }, {}], { runtime_ref: 'core.eyes' }),
    trigger_ref: async (db) => {
      const [found, other] = [await makeSensor(db), await makeSensor(db)];
      const { ref } = await makeTrigger(db, { sensor_ref: found.ref });
      return { found, others: [other], filter: { trigger_ref: ref } };
    },
    enabled: differing(makeSensor, [{ enabled: false }, {}], { enabled: false }),
    is_adhoc: differing(makeSensor, [{ is_adhoc: true }, {}], { is_adhoc: true }),
    search: differing(makeSensor, [{ label: 'Watches files' }, {}], { search: 'files watches' }),
  },
  refuses: {
    'a ref in upper case': {
      insert: async (db) => makeSensor(db, { ref: `${(await makePack(db)).ref}.Eye` }),
      error: invalidRef,
    },
    'a pack that does not exist': {
      insert: (db) =>
        sensor.insertSensor(db, {
          ref: 'no_pack.x',
          label: 'x',
          entrypoint: 'x',
          runtime_ref: 'core.native',
        }),
      error: noPack('sensor'),
    },
    'a runtime that does not exist': {
      insert: async (db) =>
        sensor.insertSensor(db, {
          ref: `${(await makePack(db)).ref}.x`,
          label: 'x',
          entrypoint: 'x',
          runtime_ref: 'core.cobol',
        }),
      error: { code: 'MISSING_REFERENCE', entity: 'sensor', field: 'runtime_ref', value: 'core.cobol' },
    },
    'no partition at all': {
      insert: (db) => makeSensor(db, { partitions: 0 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'partitions' }] },
    },
    'to keep logs for no time': {
      insert: (db) => makeSensor(db, { log_retention_policy: 'days', log_retention_limit: 0 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'log_retention_limit' }] },
    },
  },
  documents: {
    param_schema: async (db, value) => (await makeSensor(db, { param_schema: value as never })).param_schema,
    config: async (db, value) => (await makeSensor(db, { config: value as never })).config,
    worker_affinity: async (db, value) =>
      (await makeSensor(db, { worker_affinity: value as never })).worker_affinity,
  },
});

describeRepository(database, {
  entity: 'action',
  orderedBy: 'ref',
  make: makeAction,
  find: action.findAction,
  get: action.getAction,
  list: action.listActions,
  remove: action.deleteAction,
  key: {
    column: 'ref',
    find: action.findActionByRef,
    get: action.getActionByRef,
    make: (db, ref) => makeAction(db, { ref }),
  },
  update: {
    apply: action.updateAction,
    change: {
      label: text,
      entrypoint: 'other.py',
      enabled: false,
      parameter_delivery: 'file',
      parameter_format: 'yaml',
      output_format: 'jsonl',
      priority: -5,
      idempotent: true,
      tags: ['a'],
      secrets: ['token'],
      accesses_mcp: true,
      required_worker_runtimes: { git: '*' },
    },
    set: {
      description: text,
      param_schema: { a: { type: 'string' } },
      out_schema: {},
      runtime_version_constraint: '~3.12',
      timeout_seconds: 5,
      retry,
      isolation: 'warm',
      artifact_retention_policy: 'versions',
      artifact_retention_limit: 3,
    },
  },
  filters: {
    ref: differing(makeAction, [{ ref: 'ac_a.one' }, { ref: 'acxa.one' }], { ref: 'ac_a.*' }),
    'ref with a percent sign': differing(makeAction, [{ ref: 'pct.one' }, { ref: 'pct.two' }], {
      ref: 'pct.o*',
    }),
    pack_ref: differing(makeAction, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    pack_refs: differing(makeAction, [{}, {}], (row) => ({ pack_refs: ['core', row.pack_ref] })),
    runtime_ref: differing(makeAction, [{ runtime_ref: 'core.hands' }, {}], { runtime_ref: 'core.hands' }),
    enabled: differing(makeAction, [{ enabled: false }, {}], { enabled: false }),
    is_adhoc: differing(makeAction, [{ is_adhoc: true }, {}], { is_adhoc: true }),
    accesses_mcp: differing(makeAction, [{ accesses_mcp: true }, {}], { accesses_mcp: true }),
    is_workflow: differing(makeAction, [{ runtime_ref: null, workflow: { tasks: [] } }, {}], {
      is_workflow: true,
    }),
    tag: differing(makeAction, [{ tags: ['slow'] }, { tags: ['slower'] }], { tag: 'slow' }),
    executable: differing(makeAction, [{}, {}], (row) => ({
      executable: { all: false, anyOf: [{ refs: [row.ref] }] },
    })),
    permission_sets_among: differing(
      makeAction,
      [
        { default_execution_permission_set_refs: ['core.one'] },
        { default_execution_permission_set_refs: ['core.one', 'core.two'] },
      ],
      { permission_sets_among: ['core.one', 'core.three'] },
    ),
    search: differing(makeAction, [{ label: 'Send_mail' }, { label: 'Sendxmail' }], { search: 'send_mail' }),
  },
  refuses: {
    'a ref without a name': {
      insert: async (db) => makeAction(db, { ref: `${(await makePack(db)).ref}.` }),
      error: invalidRef,
    },
    'a pack that does not exist': {
      insert: (db) => action.insertAction(db, { ref: 'no_pack.x', label: 'x', entrypoint: 'x' }),
      error: noPack('action'),
    },
    'a runtime that does not exist': {
      insert: async (db) =>
        action.insertAction(db, {
          ref: `${(await makePack(db)).ref}.x`,
          label: 'x',
          entrypoint: 'x',
          runtime_ref: 'core.cobol',
        }),
      error: { code: 'MISSING_REFERENCE', entity: 'action', field: 'runtime_ref', value: 'core.cobol' },
    },
    'an unknown way to hand over parameters': {
      insert: (db) => makeAction(db, { parameter_delivery: 'argv' as never }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'parameter_delivery' }] },
    },
    'an unknown format of output': {
      insert: (db) => makeAction(db, { output_format: 'xml' as never }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'output_format' }] },
    },
    'a timeout of nothing': {
      insert: (db) => makeAction(db, { timeout_seconds: 0 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'timeout_seconds' }] },
    },
    'a workflow that has a runtime': {
      insert: (db) => makeAction(db, { workflow: {} }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'workflow' }] },
    },
  },
  documents: {
    param_schema: async (db, value) => (await makeAction(db, { param_schema: value as never })).param_schema,
    out_schema: async (db, value) => (await makeAction(db, { out_schema: value as never })).out_schema,
    worker_selector: async (db, value) =>
      (await makeAction(db, { worker_selector: value as never })).worker_selector,
  },
});

describeRepository(database, {
  entity: 'rule',
  orderedBy: 'ref',
  make: makeRule,
  find: rule.findRule,
  get: rule.getRule,
  list: rule.listRules,
  remove: rule.deleteRule,
  key: {
    column: 'ref',
    find: rule.findRuleByRef,
    get: rule.getRuleByRef,
    make: (db, ref) => makeRule(db, { ref }),
  },
  update: {
    apply: rule.updateRule,
    change: {
      label: text,
      enabled: false,
      conditions: [{ field: 'n', operator: 'gt', value: 1 }],
      action_params: { text: '{{ event.payload.n }}' },
      trigger_params: { unit: 'seconds' },
    },
    set: {
      description: text,
      permission_set_refs: ['core.viewer'],
      retry,
      timeout_seconds: 5,
      priority: 3,
      dedupe: { key: 'event.payload.n', window: '1m' },
      throttle: { count: 1, window: '1s' },
      debounce: { quiet: '5s' },
    },
  },
  filters: {
    ref: differing(makeRule, [{ ref: 'ru_a.one' }, { ref: 'ruxa.one' }], { ref: 'ru_a.*' }),
    pack_ref: differing(makeRule, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    trigger_ref: differing(makeRule, [{}, {}], (row) => ({ trigger_ref: row.trigger_ref })),
    action_ref: differing(makeRule, [{}, {}], (row) => ({ action_ref: row.action_ref })),
    enabled: differing(makeRule, [{ enabled: false }, {}], { enabled: false }),
    is_adhoc: differing(makeRule, [{ is_adhoc: true }, {}], { is_adhoc: true }),
    search: differing(makeRule, [{ label: 'On_call' }, { label: 'Onxcall' }], { search: 'ON_CALL' }),
  },
  refuses: {
    'a ref in upper case': {
      insert: async (db) => makeRule(db, { ref: `${(await makePack(db)).ref}.Rule` }),
      error: invalidRef,
    },
    'a pack that does not exist': {
      insert: (db) =>
        rule.insertRule(db, { ref: 'no_pack.x', label: 'x', trigger_ref: 'a.b', action_ref: 'a.b' }),
      error: { code: 'MISSING_REFERENCE' },
    },
    'a trigger that does not exist': {
      insert: async (db) => rule.insertRule(db, { ...(await newRule(db)), trigger_ref: 'core.never' }),
      error: { code: 'MISSING_REFERENCE', entity: 'rule', field: 'trigger_ref', value: 'core.never' },
    },
    'an action that does not exist': {
      insert: async (db) => rule.insertRule(db, { ...(await newRule(db)), action_ref: 'core.never' }),
      error: { code: 'MISSING_REFERENCE', entity: 'rule', field: 'action_ref', value: 'core.never' },
    },
    'an owner that does not exist': {
      insert: (db) => makeRule(db, { owner_identity: 987_654_321 }),
      error: { code: 'MISSING_REFERENCE', entity: 'rule', field: 'owner_identity' },
    },
    'parameters that are a list': {
      insert: (db) => makeRule(db, { action_params: [] as never }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'action_params' }] },
    },
  },
  documents: {
    conditions: async (db, value) => (await makeRule(db, { conditions: value })).conditions,
    action_params: async (db, value) => (await makeRule(db, { action_params: value as never })).action_params,
    trigger_params: async (db, value) =>
      (await makeRule(db, { trigger_params: value as never })).trigger_params,
    dedupe: async (db, value) => (await makeRule(db, { dedupe: value as never })).dedupe,
  },
});

async function newRule(db: Db) {
  const { ref, trigger_ref, action_ref } = await makeRule(db);
  return { ref: `${ref}_other`, label: 'x', trigger_ref, action_ref };
}

describeRepository(database, {
  entity: 'policy',
  orderedBy: 'ref',
  make: makePolicy,
  find: policy.findPolicy,
  get: policy.getPolicy,
  list: policy.listPolicies,
  remove: policy.deletePolicy,
  key: {
    column: 'ref',
    find: policy.findPolicyByRef,
    get: policy.getPolicyByRef,
    make: (db, ref) => makePolicy(db, { ref }),
  },
  update: {
    apply: policy.updatePolicy,
    change: {
      name: text,
      enabled: false,
      method: 'cancel_new',
      threshold: 5,
      parameters: ['host'],
      tags: ['a'],
    },
    set: { description: text, window_seconds: 60 },
  },
  filters: {
    ref: differing(makePolicy, [{ ref: 'po_a.one' }, { ref: 'poxa.one' }], { ref: 'po_a.*' }),
    pack_ref: differing(makePolicy, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    action_ref: async (db) => {
      const found = await makePolicy(db, { action_ref: (await makeAction(db)).ref });
      return { found, others: [await makePolicy(db)], filter: { action_ref: found.action_ref! } };
    },
    tag: differing(makePolicy, [{ tags: ['slow'] }, { tags: ['slower'] }], { tag: 'slow' }),
    enabled: differing(makePolicy, [{ enabled: false }, {}], { enabled: false }),
    search: differing(makePolicy, [{ name: 'One at a time' }, {}], { search: 'TIME one' }),
  },
  refuses: {
    'a ref with two dots': {
      insert: async (db) => makePolicy(db, { ref: `${(await makePack(db)).ref}.a.b` }),
      error: invalidRef,
    },
    'an action that does not exist': {
      insert: (db) => makePolicy(db, { action_ref: 'core.never' }),
      error: { code: 'MISSING_REFERENCE', entity: 'policy', field: 'action_ref', value: 'core.never' },
    },
    'a limit of nothing': {
      insert: (db) => makePolicy(db, { threshold: 0 }),
      error: {
        code: 'VALIDATION_ERROR',
        details: [{ path: 'threshold', message: 'must be greater than 0' }],
      },
    },
    'one action and the whole pack at the same time': {
      insert: async (db) => makePolicy(db, { action_ref: (await makeAction(db)).ref, pack_wide: true }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'pack_wide' }] },
    },
  },
});

const grants: Grant[] = [{ resource: 'packs', actions: ['read'], constraints: { pack_refs: ['core'] } }];

describeRepository(database, {
  entity: 'permission_set',
  orderedBy: 'ref',
  make: makePermissionSet,
  find: permissionSet.findPermissionSet,
  get: permissionSet.getPermissionSet,
  list: permissionSet.listPermissionSets,
  remove: permissionSet.deletePermissionSet,
  key: {
    column: 'ref',
    find: permissionSet.findPermissionSetByRef,
    get: permissionSet.getPermissionSetByRef,
    make: (db, ref) => makePermissionSet(db, { ref }),
  },
  update: {
    apply: permissionSet.updatePermissionSet,
    change: { grants },
    set: { label: text, description: text },
  },
  filters: {
    ref: differing(makePermissionSet, [{ ref: 'pe_a.one' }, { ref: 'pexa.one' }], { ref: 'pe_a.*' }),
    refs: differing(makePermissionSet, [{}, {}], (row) => ({ refs: [row.ref, 'core.none'] })),
    pack_ref: differing(makePermissionSet, [{}, {}], (row) => ({ pack_ref: row.pack_ref })),
    search: differing(makePermissionSet, [{ label: 'Reads all' }, {}], { search: 'reads' }),
  },
  refuses: {
    'a ref in upper case': {
      insert: async (db) => makePermissionSet(db, { ref: `${(await makePack(db)).ref}.All` }),
      error: invalidRef,
    },
    'grants that are no list': {
      insert: (db) => makePermissionSet(db, { grants: {} as never }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'grants', message: 'must be a list' }] },
    },
  },
});
