import { join } from 'node:path';

import {
  currentEpoch,
  findActionByRef,
  findPackByRef,
  findRuleByRef,
  findTriggerByRef,
  getActionByRef,
  getPackByRef,
  getRuleByRef,
  getTriggerByRef,
  insertAction,
  insertRule,
  listActions,
  listPermissionSets,
  listRules,
  listRuntimes,
  listTriggers,
  updatePack,
  updateRule,
  updateTrigger,
} from '@attune/db';
import { makeIdentity, useTestDatabase } from '@attune/db/testing';

import { loadPack } from '../load-pack.js';
import { demoPack, writePack } from '../testing/write-pack.js';
import { installPack } from './install-pack.js';
import type { InstallOutcome } from './install-pack.js';

const database = useTestDatabase();
const packs = join(__dirname, '../../../../packs');

type Files = Readonly<Record<string, string>>;

/** The demo pack under another ref, so that tests of one file do not meet. */
function renamed(ref: string, changes: Files = {}): Files {
  const files = { ...demoPack, ...changes };
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text.replaceAll('demo.', `${ref}.`).replace('ref: demo', `ref: ${ref}`),
    ]),
  );
}

async function install(files: Files): Promise<InstallOutcome> {
  return installPack(database.db, await loadPack(await writePack(files)));
}

function summary({ changes }: InstallOutcome): string[] {
  return changes.map(({ change, entityType, ref }) => `${change} ${entityType} ${ref}`);
}

beforeAll(async () => {
  await installPack(database.db, await loadPack(join(packs, 'core')));
});

test('the core pack is installed whole', async () => {
  const { db } = database;
  const filter = { pack_ref: 'core' };
  const page = { limit: 100 };
  expect((await listActions(db, filter, page)).items.map(({ ref }) => ref)).toEqual([
    'core.echo',
    'core.http_request',
    'core.local',
    'core.noop',
    'core.sleep',
  ]);
  expect((await listTriggers(db, filter, page)).items).toHaveLength(6);
  expect((await listRuntimes(db, filter, page)).items).toHaveLength(6);
  expect((await listPermissionSets(db, filter, page)).items).toHaveLength(5);
  expect(await getActionByRef(db, 'core.echo')).toMatchObject({
    runtime_ref: 'core.shell',
    entrypoint: 'echo.sh',
    parameter_format: 'dotenv',
    idempotent: true,
    is_adhoc: false,
    enabled: true,
  });
});

test('a pack with all its kinds becomes rows that refer to each other', async () => {
  const { db } = database;
  const outcome = await install(
    renamed('whole', {
      'sensors/door_watch.yaml':
        'ref: demo.door_watch\nlabel: Watch\nrunner_type: shell\nentry_point: watch.sh\ntrigger_types: [demo.door]\n',
      'sensors/watch.sh': '#!/bin/sh\n',
      'policies/one_at_a_time.yaml':
        'ref: demo.one_at_a_time\nname: One at a time\naction_ref: demo.ring\nthreshold: 1\n',
    }),
  );

  expect(outcome.changed).toBe(true);
  expect(summary(outcome)).toEqual([
    'created pack whole',
    'created sensor whole.door_watch',
    'created trigger whole.door',
    'created action whole.ring',
    'created rule whole.door_rings',
    'created policy whole.one_at_a_time',
  ]);
  expect(outcome.changes.every(({ version }) => version === 1)).toBe(true);
  const [trigger, action, rule] = await Promise.all([
    getTriggerByRef(db, 'whole.door'),
    getActionByRef(db, 'whole.ring'),
    getRuleByRef(db, 'whole.door_rings'),
  ]);
  expect(trigger).toMatchObject({
    sensor_ref: 'whole.door_watch',
    out_schema: { open: { type: 'boolean' } },
  });
  expect(rule).toMatchObject({
    trigger: trigger.id,
    action: action.id,
    conditions: [{ field: 'open', operator: 'equals', value: true }],
    trigger_params: { building: 'north' },
    action_params: { times: 2 },
  });
});

test('the same content again writes nothing', async () => {
  const { db } = database;
  const directory = await writePack(renamed('again'));
  const first = await installPack(db, await loadPack(directory));
  const [epoch, pack] = [await currentEpoch(db), await getPackByRef(db, 'again')];
  const second = await installPack(db, await loadPack(directory));
  expect(second).toEqual({ packId: first.packId, ref: 'again', changed: false, changes: [] });
  expect(await currentEpoch(db)).toBe(epoch);
  expect(await getPackByRef(db, 'again')).toEqual(pack);
});

test('the same content from another place changes only where the files are', async () => {
  const { db } = database;
  await install(renamed('moved'));
  const moved = await loadPack(await writePack(renamed('moved')));
  expect(summary(await installPack(db, moved))).toEqual(['updated pack moved']);
  expect(await getPackByRef(db, 'moved')).toMatchObject({ storage_path: moved.directory });
});

test('processes that install the same pack at once install it once', async () => {
  const pack = await loadPack(await writePack(renamed('together')));
  const databases = Array.from({ length: 6 }, () => database.open({ poolSize: 2 }));
  const outcomes = await Promise.all(databases.map(({ db }) => installPack(db, pack)));
  expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1);
  expect(new Set(outcomes.map(({ packId }) => packId)).size).toBe(1);

  const manifest = { 'pack.yaml': 'ref: demo\nlabel: Demo\nversion: 2.0.0\n' };
  const next = await loadPack(await writePack(renamed('together', manifest)));
  const updates = await Promise.all(databases.map(({ db }) => installPack(db, next)));
  expect(updates.filter(({ changed }) => changed)).toHaveLength(1);
  expect(await getPackByRef(database.db, 'together')).toMatchObject({ version: '2.0.0' });
});

test('a new version changes what changed, keeps ids, and answers with the versions to announce', async () => {
  const { db } = database;
  await install(renamed('changing'));
  const before = await getActionByRef(db, 'changing.ring');
  const ring = (demoPack['actions/ring.yaml'] ?? '').replace('label: Ring', 'label: Ring twice');
  const outcome = await install(renamed('changing', { 'actions/ring.yaml': ring }));
  expect(summary(outcome)).toEqual(['updated pack changing', 'updated action changing.ring']);
  expect(outcome.changes[1]).toMatchObject({ id: before.id, version: 2 });
  expect(await getActionByRef(db, 'changing.ring')).toMatchObject({ id: before.id, label: 'Ring twice' });
});

test('taking a key out of a file takes its value out of the row', async () => {
  const { db } = database;
  const withTimeout = `${demoPack['actions/ring.yaml']}timeout: 5\nstart_timeout: 6\ntotal_timeout: 7\nretry: { count: 1 }\n`;
  await install(renamed('shrinking', { 'actions/ring.yaml': withTimeout }));
  expect(await getActionByRef(db, 'shrinking.ring')).toMatchObject({
    timeout_seconds: 5,
    start_timeout_seconds: 6,
    total_timeout_seconds: 7,
    retry: { count: 1 },
  });
  await install(renamed('shrinking'));
  expect(await getActionByRef(db, 'shrinking.ring')).toMatchObject({ timeout_seconds: null, retry: null });
});

test('components that left the files are removed; those made by hand stay', async () => {
  const { db } = database;
  await install(renamed('leaving'));
  await insertAction(db, {
    ref: 'leaving.by_hand',
    label: 'By hand',
    entrypoint: 'echo hi',
    runtime_ref: 'core.shell',
    is_adhoc: true,
  });
  await insertRule(db, {
    ref: 'leaving.by_hand_too',
    label: 'By hand',
    trigger_ref: 'core.webhook',
    action_ref: 'leaving.by_hand',
    is_adhoc: true,
  });
  const outcome = await install({ 'pack.yaml': 'ref: leaving\nlabel: Empty\nversion: 2.0.0\n' });

  expect(summary(outcome)).toEqual([
    'updated pack leaving',
    'deleted rule leaving.door_rings',
    'deleted action leaving.ring',
    'deleted trigger leaving.door',
  ]);
  expect(await findTriggerByRef(db, 'leaving.door')).toBeUndefined();
  expect(await findActionByRef(db, 'leaving.ring')).toBeUndefined();
  expect(await findActionByRef(db, 'leaving.by_hand')).toBeDefined();
  expect((await listRules(db, { pack_ref: 'leaving' }, { limit: 10 })).items.map(({ ref }) => ref)).toEqual([
    'leaving.by_hand_too',
  ]);
});

test('a file does not take over what was made by hand under the same ref', async () => {
  const { db } = database;
  await install({ 'pack.yaml': 'ref: taken\nlabel: Empty\nversion: 1.0.0\n' });
  await insertAction(db, {
    ref: 'taken.ring',
    label: 'By hand',
    entrypoint: 'echo hi',
    runtime_ref: 'core.shell',
    is_adhoc: true,
  });
  await expect(install(renamed('taken'))).rejects.toMatchObject({
    code: 'INVALID_STATE',
    message: 'cannot install action taken.ring: one with this ref was made by hand; delete it first',
  });
  expect(await getPackByRef(db, 'taken')).toMatchObject({ version: '1.0.0', label: 'Empty' });
  expect(await findTriggerByRef(db, 'taken.door')).toBeUndefined();
});

test('what operators set stays: switched off rules, configuration, an enabled webhook', async () => {
  const { db } = database;
  const manifest =
    'ref: demo\nlabel: Demo\nversion: 1.0.0\nconf_schema: {}\nconfig: { level: low, size: 1 }\n';
  const door = `${demoPack['triggers/door.yaml']}webhook: { preset: github }\n`;
  const files = { 'pack.yaml': manifest, 'triggers/door.yaml': door };
  await install(renamed('kept', files));
  const [rule, trigger, pack] = await Promise.all([
    getRuleByRef(db, 'kept.door_rings'),
    getTriggerByRef(db, 'kept.door'),
    getPackByRef(db, 'kept'),
  ]);
  expect(trigger.webhook_config).toEqual({ preset: 'github', methods: ['POST'] });
  await updateRule(db, rule.id, { enabled: false });
  await updatePack(db, pack.id, { config: { level: 'high' } });
  await updateTrigger(db, trigger.id, { webhook_enabled: true, webhook_config: { preset: 'hmac' } });

  await install(renamed('kept', { ...files, 'pack.yaml': `${manifest}description: new\n` }));
  expect(await getRuleByRef(db, 'kept.door_rings')).toMatchObject({ enabled: false });
  expect(await getPackByRef(db, 'kept')).toMatchObject({
    description: 'new',
    config: { level: 'high', size: 1 },
  });
  expect(await getTriggerByRef(db, 'kept.door')).toMatchObject({
    webhook_enabled: true,
    webhook_config: { preset: 'hmac' },
  });
});

test('what the pack needs of others must be installed: everything missing is named, nothing is written', async () => {
  const rule = (demoPack['rules/door_rings.yaml'] ?? '')
    .replace('demo.door\n', 'other.gate\n')
    .replace('action_ref: demo.ring', 'action_ref: other.call');
  const files = {
    'rules/door_rings.yaml': rule,
    'pack.yaml': `${demoPack['pack.yaml']}dependencies:\n  - { pack: other }\n  - { pack: core, version: ^9 }\n`,
  };
  await expect(install(renamed('needy', files))).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: [
      { message: "needs pack 'other' *, but it is not installed" },
      { message: "needs pack 'core' ^9, but 0.1.0 is installed" },
      { path: 'needy.door_rings trigger_ref', message: "trigger 'other.gate' is not installed" },
      { path: 'needy.door_rings action_ref', message: "action 'other.call' is not installed" },
    ],
  });
  expect(await findPackByRef(database.db, 'needy')).toBeUndefined();
  expect(await findRuleByRef(database.db, 'needy.door_rings')).toBeUndefined();
});

test('a failure in the middle leaves the installed version as it was', async () => {
  const { db } = database;
  await install(renamed('fragile', { 'runtimes/x.yaml': 'ref: demo.x\nname: X\n' }));
  await insertAction(db, {
    ref: 'fragile.by_hand',
    label: 'Uses the runtime that goes away',
    entrypoint: 'x',
    runtime_ref: 'fragile.x',
    is_adhoc: true,
  });
  const before = [await getPackByRef(db, 'fragile'), await getActionByRef(db, 'fragile.ring')];
  const ring = (demoPack['actions/ring.yaml'] ?? '').replace('label: Ring', 'label: Changed');
  await expect(install(renamed('fragile', { 'actions/ring.yaml': ring }))).rejects.toThrow();
  expect([await getPackByRef(db, 'fragile'), await getActionByRef(db, 'fragile.ring')]).toEqual(before);
});

test('rules belong to whoever installs, and stay theirs', async () => {
  const { db } = database;
  const [first, second] = await Promise.all([makeIdentity(db), makeIdentity(db)]);
  const v1 = await loadPack(await writePack(renamed('owned')));
  await installPack(db, v1, { installedBy: first.id });
  const v2 = await loadPack(await writePack(renamed('owned', { 'lib/x.txt': 'x' })));
  await installPack(db, v2, { installedBy: second.id });
  expect(await getRuleByRef(db, 'owned.door_rings')).toMatchObject({ owner_identity: first.id });
  expect(await getPackByRef(db, 'owned')).toMatchObject({ installed_by: second.id });
});

test('different packs can be installed at once', async () => {
  const outcomes = await Promise.all([install(renamed('left')), install(renamed('right'))]);
  expect(outcomes.map(({ ref, changed }) => [ref, changed])).toEqual([
    ['left', true],
    ['right', true],
  ]);
});

test('the GitHub example pack is installed on top of the core pack', async () => {
  const outcome = await installPack(database.db, await loadPack(join(packs, 'examples/github')));
  expect(summary(outcome)).toEqual([
    'created pack github',
    'created trigger github.push',
    'created action github.describe_push',
    'created rule github.main_push',
  ]);
});
