import type { Db } from './database.js';
import { inTransaction } from './database.js';
import { currentEpoch } from './definition.js';
import {
  diffDefinitionVersions,
  findDefinitionVersion,
  getDefinitionVersion,
  listDefinitionVersions,
} from './repositories/definition-version.repository.js';
import {
  deleteAction,
  findAction,
  insertAction,
  restoreAction,
  updateAction,
} from './repositories/action.repository.js';
import { restorePack, updatePack } from './repositories/pack.repository.js';
import { restorePermissionSet, updatePermissionSet } from './repositories/permission-set.repository.js';
import { restorePolicy, updatePolicy } from './repositories/policy.repository.js';
import { getRule, restoreRule, updateRule } from './repositories/rule.repository.js';
import { recordRuleErrors } from './repositories/rule-error.repository.js';
import { restoreRuntime, updateRuntime } from './repositories/runtime.repository.js';
import { deleteSensor, restoreSensor, updateSensor } from './repositories/sensor.repository.js';
import {
  deleteTrigger,
  findTrigger,
  restoreTrigger,
  updateTrigger,
} from './repositories/trigger.repository.js';
import type { DefinitionType } from './schema/index.js';
import {
  makeAction,
  makeIdentity,
  makePack,
  makePermissionSet,
  makePolicy,
  makeRule,
  makeRuntime,
  makeSensor,
  makeTrigger,
  useTestDatabase,
} from './testing/index.js';

const database = useTestDatabase();
const all = { limit: 100 };

interface Kind {
  make: (db: Db) => Promise<{ id: number; ref: string }>;
  change: (db: Db, id: number, text: string) => Promise<unknown>;
  restore: (db: Db, ref: string, version: number) => Promise<unknown>;
}

const kinds: Record<DefinitionType, Kind> = {
  pack: { make: makePack, change: (db, id, label) => updatePack(db, id, { label }), restore: restorePack },
  runtime: {
    make: makeRuntime,
    change: (db, id, name) => updateRuntime(db, id, { name }),
    restore: restoreRuntime,
  },
  trigger: {
    make: makeTrigger,
    change: (db, id, label) => updateTrigger(db, id, { label }),
    restore: restoreTrigger,
  },
  sensor: {
    make: makeSensor,
    change: (db, id, label) => updateSensor(db, id, { label }),
    restore: restoreSensor,
  },
  action: {
    make: makeAction,
    change: (db, id, label) => updateAction(db, id, { label }),
    restore: restoreAction,
  },
  rule: { make: makeRule, change: (db, id, label) => updateRule(db, id, { label }), restore: restoreRule },
  policy: {
    make: makePolicy,
    change: (db, id, name) => updatePolicy(db, id, { name }),
    restore: restorePolicy,
  },
  permission_set: {
    make: makePermissionSet,
    change: (db, id, label) => updatePermissionSet(db, id, { label }),
    restore: restorePermissionSet,
  },
};

describe.each(Object.entries(kinds) as [DefinitionType, Kind][])('%s', (entityType, { make, change }) => {
  it('gets a version and a new epoch with its creation and with each change, and none without', async () => {
    const { db } = database;
    const row = await make(db);
    const created = await currentEpoch(db);

    await change(db, row.id, 'changed');
    const changed = await currentEpoch(db);
    await change(db, row.id, 'changed');

    expect([changed, await currentEpoch(db)]).toEqual([created + 1, created + 1]);
    const { items } = await listDefinitionVersions(db, { entityType, ref: row.ref }, all);
    expect(items.map(({ version, entity }) => ({ version, entity }))).toEqual([
      { version: 2, entity: row.id },
      { version: 1, entity: row.id },
    ]);
  });
});

it('a version keeps the content, who wrote it and when', async () => {
  const { db } = database;
  const author = await makeIdentity(db);
  const action = await makeAction(db, { param_schema: { b: { type: 'string' }, a: { type: 'number' } } });

  await updateAction(db, action.id, { label: 'Better' }, { author: author.id });

  const { items } = await listDefinitionVersions(db, { entityType: 'action', ref: action.ref }, all);
  expect(items[0]).toMatchObject({ author: author.id, created: expect.any(Date) });
  expect(items[0]!.content).toMatchObject({
    ref: action.ref,
    label: 'Better',
    runtime_ref: 'core.noop',
    param_schema: { a: { type: 'number' }, b: { type: 'string' } },
  });
  expect(Object.keys(items[0]!.content)).not.toEqual(expect.arrayContaining(['id', 'created', 'updated']));
  expect(await findDefinitionVersion(db, items[1]!.id)).toEqual(items[1]);
});

it('what a definition goes through makes no version: errors, installations', async () => {
  const { db } = database;
  const rule = await makeRule(db);
  const pack = await makePack(db);
  const before = await currentEpoch(db);

  await recordRuleErrors(db, [{ rule_id: rule.id, count: 2, error: 'no such key' }]);
  await updatePack(db, pack.id, { installed_at: new Date(0), storage_path: '/packs/x' });

  expect(await currentEpoch(db)).toBe(before);
});

it('versions outlive their definition, and continue when the ref is installed again', async () => {
  const { db } = database;
  const action = await makeAction(db);
  const before = await currentEpoch(db);

  expect(await deleteAction(db, action.id)).toBe(true);
  expect(await deleteAction(db, action.id)).toBe(false);
  const deleted = await currentEpoch(db);
  const again = await insertAction(db, { ref: action.ref, label: action.label, entrypoint: 'noop' });

  expect(deleted).toBe(before + 1);
  const { items } = await listDefinitionVersions(db, { entityType: 'action', ref: action.ref }, all);
  expect(items.map(({ version, entity }) => [version, entity])).toEqual([
    [2, again.id],
    [1, action.id],
  ]);
});

it('a rule survives its trigger and action, and has them again when they are installed again', async () => {
  const { db } = database;
  const rule = await makeRule(db);

  await deleteAction(db, rule.action!);
  await deleteTrigger(db, rule.trigger!);
  const bereft = await getRule(db, rule.id);
  const action = await makeAction(db, { ref: rule.action_ref });
  const trigger = await makeTrigger(db, { ref: rule.trigger_ref });

  expect(bereft).toMatchObject({ action: null, trigger: null, action_ref: rule.action_ref });
  expect(await getRule(db, rule.id)).toMatchObject({ action: action.id, trigger: trigger.id });
});

it('a change that is rolled back leaves neither version nor epoch', async () => {
  const { db } = database;
  const action = await makeAction(db);
  const before = await currentEpoch(db);

  const failing = inTransaction(db, async (trx) => {
    await updateAction(trx, action.id, { label: 'never' });
    throw new Error('no');
  });

  await expect(failing).rejects.toThrow('no');
  expect(await currentEpoch(db)).toBe(before);
  expect(await findAction(db, action.id)).toEqual(action);
});

it('changes of definitions queue up: 20 at once give 20 versions', async () => {
  const { db } = database;
  const action = await makeAction(db);
  const before = await currentEpoch(db);

  await Promise.all(Array.from({ length: 20 }, (_, n) => updateAction(db, action.id, { label: `v${n}` })));

  const { items } = await listDefinitionVersions(db, { entityType: 'action', ref: action.ref }, all);
  expect(items.map((item) => item.version)).toEqual(Array.from({ length: 21 }, (_, n) => 21 - n));
  expect(await currentEpoch(db)).toBe(before + 20);
});

it('transactions that change the same definitions in opposite order do not deadlock', async () => {
  const { db } = database;
  const [one, two] = [await makeAction(db), await makeAction(db)];
  const change = (first: number, second: number, label: string) =>
    inTransaction(db, async (trx) => {
      await updateAction(trx, first, { label });
      await updateAction(trx, second, { label });
    });

  const changes = Array.from({ length: 10 }, (_, n) =>
    n % 2 === 0 ? change(one.id, two.id, `v${n}`) : change(two.id, one.id, `v${n}`),
  );

  await expect(Promise.all(changes)).resolves.toHaveLength(10);
});

describe('restoring', () => {
  it('makes a definition say what an older version says, as a new version', async () => {
    const { db } = database;
    const author = await makeIdentity(db);
    const action = await makeAction(db, { description: 'first', timeout_seconds: 5, tags: ['a'] });
    await updateAction(db, action.id, { description: null, timeout_seconds: 9, tags: [], label: 'Other' });

    const restored = await restoreAction(db, action.ref, 1, { author: author.id });

    expect(restored).toEqual({ ...action, updated: expect.any(Date) });
    const { items } = await listDefinitionVersions(db, { entityType: 'action', ref: action.ref }, all);
    expect(items.map(({ version, author }) => [version, author])).toEqual([
      [3, author.id],
      [2, null],
      [1, null],
    ]);
    expect(items[0]!.content_hash).toBe(items[2]!.content_hash);
  });

  it('brings a deleted definition back, and rules find it again', async () => {
    const { db } = database;
    const rule = await makeRule(db);
    await deleteAction(db, rule.action!);

    const back = await restoreAction(db, rule.action_ref, 1);

    expect(back).toMatchObject({
      ref: rule.action_ref,
      runtime_ref: 'core.noop',
      runtime: expect.any(Number),
    });
    expect(await getRule(db, rule.id)).toMatchObject({ action: back.id });
  });

  it('the version it is at makes no new one', async () => {
    const { db } = database;
    const action = await makeAction(db);
    const before = await currentEpoch(db);

    await restoreAction(db, action.ref, 1);

    expect(await currentEpoch(db)).toBe(before);
  });

  it('refuses what refers to something that is gone, and changes nothing', async () => {
    const { db } = database;
    const sensor = await makeSensor(db);
    const trigger = await makeTrigger(db, { sensor_ref: sensor.ref });
    const alone = await updateTrigger(db, trigger.id, { sensor_ref: null });
    await deleteSensor(db, sensor.id);

    await expect(restoreTrigger(db, trigger.ref, 1)).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      field: 'sensor_ref',
      value: sensor.ref,
    });
    expect(await findTrigger(db, trigger.id)).toEqual(alone);
  });

  it('a version that does not exist is not found', async () => {
    const { ref } = await makeAction(database.db);

    await expect(restoreAction(database.db, ref, 7)).rejects.toMatchObject({ code: 'NOT_FOUND', value: 7 });
  });

  it('of every kind of definition gives back its first content', async () => {
    const { db } = database;
    for (const [entityType, { make, change, restore }] of Object.entries(kinds) as [DefinitionType, Kind][]) {
      const row = await make(db);
      await change(db, row.id, 'changed');

      expect(await restore(db, row.ref, 1)).toMatchObject({ id: row.id });

      const versionOf = (version: number) => getDefinitionVersion(db, { entityType, ref: row.ref, version });
      expect((await versionOf(3)).content).toEqual((await versionOf(1)).content);
    }
  });
});

it('a difference names what changed between two versions, and nothing else', async () => {
  const { db } = database;
  const conditions = [{ field: 'n', operator: 'gt', value: 1 }];
  const rule = await makeRule(db, { label: 'Before', conditions });
  await updateRule(db, rule.id, { label: 'After', conditions: [{ ...conditions[0], value: 2 }] });

  const which = { entityType: 'rule', ref: rule.ref } as const;

  expect(await diffDefinitionVersions(db, { ...which, from: 1, to: 2 })).toEqual([
    { path: 'conditions[0].value', before: 1, after: 2 },
    { path: 'label', before: 'Before', after: 'After' },
  ]);
  await expect(diffDefinitionVersions(db, { ...which, from: 1, to: 3 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('versions are listed by author and time', async () => {
  const { db } = database;
  const author = await makeIdentity(db);
  const action = await makeAction(db);
  await updateAction(db, action.id, { label: 'Theirs' }, { author: author.id });
  const list = async (filter: { author?: number; created_after?: Date; created_before?: Date }) => {
    const { items } = await listDefinitionVersions(
      db,
      { entityType: 'action', ref: action.ref, ...filter },
      all,
    );
    return items.map(({ version }) => version);
  };

  expect(await list({ author: author.id })).toEqual([2]);
  expect(await list({ created_after: new Date(Date.now() - 60_000) })).toEqual([2, 1]);
  expect(await list({ created_before: new Date(0) })).toEqual([]);
});
