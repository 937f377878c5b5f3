import { makeRuntime, makeWorker, useTestDatabase } from '../testing/index.js';
import { race } from '../testing/race.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import {
  deleteRuntimeVersion,
  ensureRuntimeVersion,
  findRuntimeVersion,
  getRuntimeVersion,
  listRuntimeVersions,
  setRuntimeVersionAvailability,
  updateRuntimeVersion,
} from './runtime-version.repository.js';
import {
  deleteWorker,
  ensureDispatchQueueRow,
  findWorkerByName,
  getWorker,
  getWorkerByName,
  listDispatchQueues,
  listWorkers,
  registerWorker,
  releaseWorker,
  renewWorkerLease,
  setWorkerCordon,
  updateWorker,
} from './worker.repository.js';

const database = useTestDatabase();
const sweep = { limit: 100, decideRetry: () => undefined };

describe('workers', () => {
  it('that register 20 times at once under one name are 20 incarnations, of which the last one lives', async () => {
    const { db } = database;

    const answers = await race(db, 20, (connection, n) =>
      registerWorker(connection, { name: 'raced', leaseMs: 60_000, slots: n }),
    );

    const worker = await getWorkerByName(db, 'raced');
    expect(answers.map(({ incarnation }) => incarnation).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    const last = answers.findIndex(({ incarnation }) => incarnation === 20);
    expect(worker).toMatchObject({ id: answers[0]!.id, incarnation: 20, slots: last, status: 'active' });
    const renewed = await Promise.all(
      answers.map((each) => renewWorkerLease(db, { ...each, leaseMs: 60_000 })),
    );
    expect(renewed.indexOf(true)).toBe(last);
    expect(renewed.lastIndexOf(true)).toBe(last);
  });

  it('are listed by name and by everything that tells them apart', async () => {
    const { db } = database;
    const runtime = await makeRuntime(db);
    const a = await makeWorker(db, { name: 'zz-a' });
    const b = await makeWorker(db, {
      name: 'zz-b',
      worker_type: 'container',
      worker_role: 'sensor',
      runtime: runtime.id,
    });
    await releaseWorker(db, a);
    await setWorkerCordon(db, b.id, {});
    const names = async (filter: Parameters<typeof listWorkers>[1]) =>
      (await listWorkers(db, { name: 'zz-*', ...filter }, { limit: 10 })).items.map(({ name }) => name);

    expect(await names({})).toEqual(['zz-a', 'zz-b']);
    expect(await names({ alive: true })).toEqual(['zz-b']);
    expect(await names({ alive: false })).toEqual(['zz-a']);
    expect(await names({ worker_role: 'action', status: 'inactive' })).toEqual(['zz-a']);
    expect(await names({ worker_type: 'container' })).toEqual(['zz-b']);
    expect(await names({ runtime: runtime.id })).toEqual(['zz-b']);
    expect(await names({ cordoned: false })).toEqual(['zz-a']);
    expect(await names({ name: 'zz-b' })).toEqual(['zz-b']);
    expect(await names({ name: 'zz_*' })).toEqual([]);
  });

  it('say anew where they are and what they offer, without a new incarnation', async () => {
    const { db } = database;
    const worker = await makeWorker(db, { host: 'a', port: 1, capabilities: { python: ['3.12'] } });

    const changed = await updateWorker(db, worker.id, {
      host: null,
      port: null,
      slots: 4,
      capabilities: {},
      meta: { zone: 'a' },
    });

    expect(changed).toEqual({
      ...worker,
      host: null,
      port: null,
      slots: 4,
      capabilities: {},
      meta: { zone: 'a' },
      updated: changed.updated,
    });
  });

  it('are cordoned: why and by whom may change, since when does not', async () => {
    const { db } = database;
    const { id } = await makeWorker(db);

    const first = await setWorkerCordon(db, id, { reason: 'repair' });
    const again = await race(db, 20, (connection) => setWorkerCordon(connection, id, { reason: 'disk' }));
    const lifted = await setWorkerCordon(db, id, null);

    expect(first).toMatchObject({ cordoned: true, cordon_reason: 'repair', cordoned_at: expect.any(Date) });
    for (const row of again) {
      expect(row).toMatchObject({ cordoned: true, cordon_reason: 'disk', cordoned_at: first.cordoned_at });
    }
    expect(lifted).toMatchObject({ cordoned: false, cordon_reason: null, cordoned_at: null });
    await expect(setWorkerCordon(db, 4711, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are removed once they are gone and everything they held is taken over, by one of 20', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    expect(await deleteWorker(db, worker.id)).toBe(false);
    await releaseWorker(db, worker);
    expect(await deleteWorker(db, worker.id)).toBe(false);
    await takeLostExecutions(db, sweep);
    expect(await getWorker(db, worker.id)).toMatchObject({ status: 'inactive' });

    const answers = await race(db, 20, (connection) => deleteWorker(connection, worker.id));

    expect(answers.filter(Boolean)).toEqual([true]);
    expect(await findWorkerByName(db, worker.name)).toBeUndefined();
  });
});

it('dispatch queues are made known once, with what they demand', async () => {
  const { db } = database;
  const queue = { name: 'dispatch.python.abc', runtime: 'python', placement: { selector: { gpu: 'yes' } } };

  const rows = await race(db, 20, (connection) => ensureDispatchQueueRow(connection, queue));

  expect(new Set(rows.map((row) => row.created.getTime())).size).toBe(1);
  expect(await listDispatchQueues(db)).toMatchObject([queue]);
});

describe('versions of a runtime', () => {
  const version = (runtime_ref: string, minor: number, is_default = false) => ({
    runtime_ref,
    version: `3.${minor}.0`,
    version_major: 3,
    version_minor: minor,
    version_patch: 0,
    is_default,
  });

  it('are ensured 20 times at once: each one once, and one of them is the default', async () => {
    const { db } = database;
    const { ref } = await makeRuntime(db);

    const rows = await race(db, 20, (connection, n) =>
      ensureRuntimeVersion(connection, version(ref, n % 5, true)),
    );

    const { items } = await listRuntimeVersions(db, { runtime_ref: ref }, { limit: 100 });
    expect(items.map(({ version }) => version)).toEqual(['3.4.0', '3.3.0', '3.2.0', '3.1.0', '3.0.0']);
    expect(items.filter(({ is_default }) => is_default)).toHaveLength(1);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(5);
  });

  it('lose being the default to another one that becomes it, 20 at once included', async () => {
    const { db } = database;
    const { ref } = await makeRuntime(db);
    const [a, b] = [
      await ensureRuntimeVersion(db, version(ref, 1, true)),
      await ensureRuntimeVersion(db, version(ref, 2)),
    ];
    const other = await ensureRuntimeVersion(db, version((await makeRuntime(db)).ref, 1, true));

    expect(await updateRuntimeVersion(db, b.id, { is_default: true, meta: { found: 'x' } })).toMatchObject({
      is_default: true,
      meta: { found: 'x' },
    });
    expect(await getRuntimeVersion(db, a.id)).toMatchObject({ is_default: false });
    await race(db, 20, (connection, n) =>
      updateRuntimeVersion(connection, n % 2 === 0 ? a.id : b.id, { is_default: true }),
    );
    const defaults = await listRuntimeVersions(db, { runtime_ref: ref, is_default: true }, { limit: 5 });
    expect(defaults.items).toHaveLength(1);
    expect(await getRuntimeVersion(db, other.id)).toEqual(other);
    expect(await updateRuntimeVersion(db, b.id, {})).toEqual(await getRuntimeVersion(db, b.id));
  });

  it('say whether they were found, and when that was looked at', async () => {
    const { db } = database;
    const { ref } = await makeRuntime(db);
    const { id } = await ensureRuntimeVersion(db, version(ref, 1));
    await ensureRuntimeVersion(db, version(ref, 2));

    const missed = await setRuntimeVersionAvailability(db, id, false);

    expect(missed).toMatchObject({ available: false, verified_at: missed.updated });
    const found = await listRuntimeVersions(db, { runtime_ref: ref, available: true }, { limit: 5 });
    expect(found.items.map(({ version }) => version)).toEqual(['3.2.0']);
    const named = await listRuntimeVersions(db, { runtime_ref: ref, version: '3.1.0' }, { limit: 5 });
    expect(named.items).toEqual([missed]);
    expect(await deleteRuntimeVersion(db, id)).toBe(true);
    expect(await findRuntimeVersion(db, id)).toBeUndefined();
    await expect(setRuntimeVersionAvailability(db, id, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are paged highest first, those whose parts are not numbers at the end', async () => {
    const { db } = database;
    const { ref: runtime_ref } = await makeRuntime(db);
    for (const minor of [9, 12, 11]) await ensureRuntimeVersion(db, version(runtime_ref, minor));
    await ensureRuntimeVersion(db, { runtime_ref, version: '3.x', version_major: 3 });
    for (const name of ['nightly', 'edge']) await ensureRuntimeVersion(db, { runtime_ref, version: name });

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRuntimeVersions(db, { runtime_ref }, { limit: 2, cursor });
      seen.push(...page.items.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor !== undefined);

    expect(seen).toEqual(['3.12.0', '3.11.0', '3.9.0', '3.x', 'nightly', 'edge']);
  });

  it('belong to a runtime that exists', async () => {
    await expect(ensureRuntimeVersion(database.db, version('no.such', 1))).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      field: 'runtime_ref',
      value: 'no.such',
    });
  });
});
