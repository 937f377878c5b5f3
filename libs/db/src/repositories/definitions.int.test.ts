import { NotFoundError } from '@attune/domain';
import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { DefinitionType } from '../schema/index.js';
import {
  makeAction,
  makeExecution,
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
import { getExecution } from './execution.repository.js';
import * as pack from './pack.repository.js';
import * as permissionSet from './permission-set.repository.js';
import * as policy from './policy.repository.js';
import * as rule from './rule.repository.js';
import * as runtime from './runtime.repository.js';
import * as sensor from './sensor.repository.js';
import * as trigger from './trigger.repository.js';

const database = useTestDatabase();

interface Row {
  id: number;
  ref: string;
  created: Date;
  updated: Date;
}

interface Repository {
  make: (db: Db) => Promise<Row>;
  find: (db: Db, id: number) => Promise<Row | undefined>;
  findByRef: (db: Db, ref: string) => Promise<Row | undefined>;
  get: (db: Db, id: number) => Promise<Row>;
  getByRef: (db: Db, ref: string) => Promise<Row>;
  list: (db: Db, filter: { ref: string }, page: PageRequest) => Promise<Page<Row>>;
  remove: (db: Db, id: number) => Promise<boolean>;
}

const repositories: Record<DefinitionType, Repository> = {
  pack: {
    make: makePack,
    find: pack.findPack,
    findByRef: pack.findPackByRef,
    get: pack.getPack,
    getByRef: pack.getPackByRef,
    list: pack.listPacks,
    remove: pack.deletePack,
  },
  runtime: {
    make: makeRuntime,
    find: runtime.findRuntime,
    findByRef: runtime.findRuntimeByRef,
    get: runtime.getRuntime,
    getByRef: runtime.getRuntimeByRef,
    list: runtime.listRuntimes,
    remove: runtime.deleteRuntime,
  },
  trigger: {
    make: makeTrigger,
    find: trigger.findTrigger,
    findByRef: trigger.findTriggerByRef,
    get: trigger.getTrigger,
    getByRef: trigger.getTriggerByRef,
    list: trigger.listTriggers,
    remove: trigger.deleteTrigger,
  },
  sensor: {
    make: makeSensor,
    find: sensor.findSensor,
    findByRef: sensor.findSensorByRef,
    get: sensor.getSensor,
    getByRef: sensor.getSensorByRef,
    list: sensor.listSensors,
    remove: sensor.deleteSensor,
  },
  action: {
    make: makeAction,
    find: action.findAction,
    findByRef: action.findActionByRef,
    get: action.getAction,
    getByRef: action.getActionByRef,
    list: action.listActions,
    remove: action.deleteAction,
  },
  rule: {
    make: makeRule,
    find: rule.findRule,
    findByRef: rule.findRuleByRef,
    get: rule.getRule,
    getByRef: rule.getRuleByRef,
    list: rule.listRules,
    remove: rule.deleteRule,
  },
  policy: {
    make: makePolicy,
    find: policy.findPolicy,
    findByRef: policy.findPolicyByRef,
    get: policy.getPolicy,
    getByRef: policy.getPolicyByRef,
    list: policy.listPolicies,
    remove: policy.deletePolicy,
  },
  permission_set: {
    make: makePermissionSet,
    find: permissionSet.findPermissionSet,
    findByRef: permissionSet.findPermissionSetByRef,
    get: permissionSet.getPermissionSet,
    getByRef: permissionSet.getPermissionSetByRef,
    list: permissionSet.listPermissionSets,
    remove: permissionSet.deletePermissionSet,
  },
};

describe.each(Object.entries(repositories))('%s', (entity, repository) => {
  it('is found by id and ref, gone after its deletion, and new rows are as old as their last change', async () => {
    const { db } = database;
    const row = await repository.make(db);

    expect(row.updated).toEqual(row.created);
    expect(await repository.find(db, row.id)).toEqual(row);
    expect(await repository.findByRef(db, row.ref)).toEqual(row);
    expect(await repository.get(db, row.id)).toEqual(row);
    expect(await repository.getByRef(db, row.ref)).toEqual(row);
    expect((await repository.list(db, { ref: row.ref }, { limit: 5 })).items).toEqual([row]);

    expect(await repository.remove(db, row.id)).toBe(true);

    expect(await repository.remove(db, row.id)).toBe(false);
    expect(await repository.find(db, row.id)).toBeUndefined();
    expect(await repository.findByRef(db, row.ref)).toBeUndefined();
    await expect(repository.get(db, row.id)).rejects.toThrow(new NotFoundError(entity, 'id', row.id));
    await expect(repository.getByRef(db, row.ref)).rejects.toThrow(new NotFoundError(entity, 'ref', row.ref));
  });
});

it('a pack goes with its components, but runs and versions stay', async () => {
  const { db } = database;
  const mine = await makeAction(db);
  const ofPack = { pack_ref: mine.pack_ref };
  await makeTrigger(db, { ref: `${mine.pack_ref}.tick` });
  const run = await makeExecution(db, { action_ref: mine.ref, status: 'running' });

  expect(await pack.deletePack(db, mine.pack)).toBe(true);

  expect((await action.listActions(db, ofPack, { limit: 5 })).items).toEqual([]);
  expect((await trigger.listTriggers(db, ofPack, { limit: 5 })).items).toEqual([]);
  expect(await getExecution(db, run.id)).toMatchObject({ status: 'running', action_ref: mine.ref });
});

it('JSON goes in and comes out unchanged, and NULL, {} and [] stay apart', async () => {
  const { db } = database;
  const deep = { a: [null, 1.5, { ключ: 'значение', nested: [[]] }], b: { c: false } };

  const full = await makeAction(db, { param_schema: deep, out_schema: {}, worker_tolerations: [deep] });
  const bare = await makeAction(db);
  const conditions = (await makeRule(db, { conditions: null })).conditions;

  expect(full).toMatchObject({ param_schema: deep, out_schema: {}, worker_tolerations: [deep] });
  expect(bare).toMatchObject({ param_schema: null, out_schema: null, worker_tolerations: [] });
  expect(conditions).toEqual([]);
});

it('filters find by their own column', async () => {
  const { db } = database;
  const it = await makeRule(db, { enabled: false });
  await makeRule(db, { trigger_ref: it.trigger_ref });
  const tagged = await makePack(db, { tags: ['blue', 'green'], is_standard: true });
  const shell = await makeRuntime(db, { name: 'Shell-X', aliases: ['shx'] });
  const flow = await makeAction(db, { runtime_ref: null, workflow: { tasks: [] } });
  const refs = async (list: Promise<Page<Row>>) => (await list).items.map(({ ref }) => ref);
  const page = { limit: 100 };

  expect(await refs(rule.listRules(db, { trigger_ref: it.trigger_ref, enabled: false }, page))).toEqual([
    it.ref,
  ]);
  expect(await refs(rule.listRules(db, { action_ref: it.action_ref }, page))).toEqual([it.ref]);
  expect(await refs(pack.listPacks(db, { tag: 'green', is_standard: true }, page))).toEqual([tagged.ref]);
  expect(await refs(runtime.listRuntimes(db, { name: 'SHELL-x' }, page))).toEqual([shell.ref]);
  expect(await refs(runtime.listRuntimes(db, { name: 'SHX' }, page))).toEqual([shell.ref]);
  expect(await refs(action.listActions(db, { is_workflow: true }, page))).toEqual([flow.ref]);
  expect(await refs(action.listActions(db, { search: `${flow.pack_ref} ACTION` }, page))).toEqual([flow.ref]);
});

it('twins follow the ref that is given, and both are cleared together', async () => {
  const { db } = database;
  const observer = await makeSensor(db);
  const watched = await makeTrigger(db, { sensor_ref: observer.ref });

  expect(watched).toMatchObject({ sensor: observer.id, sensor_ref: observer.ref });
  expect(await trigger.updateTrigger(db, watched.id, { sensor_ref: null })).toMatchObject({
    sensor: null,
    sensor_ref: null,
  });
});
