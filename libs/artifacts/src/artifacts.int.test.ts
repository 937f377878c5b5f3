import { readdir, utimes, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';

import {
  findArtifact,
  getArtifact,
  insertArtifactVersion,
  listArtifactVersions,
  listStorageKeys,
  openDatabase,
} from '@attune/db';
import type { NewArtifact } from '@attune/db';
import { countStatements, makeArtifact, useTestDatabase } from '@attune/db/testing';
import { ValidationError } from '@attune/domain';
import { createLogger } from '@attune/service';
import { startTcpProxy, startTypeScript, waitUntil } from '@attune/testing';

import { applyArtifactRetention } from './apply-retention.js';
import type { ArtifactContext } from './artifact-context.js';
import type { ArtifactStorage, ByteSource } from './artifact-storage.js';
import { openVersion } from './open-version.js';
import { removeArtifact, removeVersion } from './remove-artifact.js';
import { storeVersion } from './store-version.js';
import { leastGraceMs, sweepOrphans } from './sweep-orphans.js';
import { chunksOf, endless, fileWorld, numberedBytes } from './testing/index.js';
import type { FileWorld } from './testing/index.js';

const database = useTestDatabase();
const hour = 3_600_000;

let world: FileWorld;
let ctx: ArtifactContext;
let logged: string;

beforeEach(async () => {
  world = await fileWorld();
  logged = '';
  const log = createLogger('test', { destination: { write: (line) => void (logged += line) } });
  ctx = { db: database.db, storage: world.storage, log };
});
afterEach(() => world.dispose());

/** Keeps all its versions unless said. */
async function artifact(values: Partial<NewArtifact> = {}): Promise<number> {
  return (await makeArtifact(database.db, { retention_limit: 0, ...values })).id;
}

/** Stores versions of as many bytes, one after the other. */
async function store(id: number, ...sizes: number[]): Promise<void> {
  for (const size of sizes)
    await storeVersion(ctx, { artifact: id, content: chunksOf([numberedBytes(size)]) });
}

async function versionsOf(id: number): Promise<number[]> {
  const { items } = await listArtifactVersions(database.db, { artifact: id }, { limit: 1_000 });
  return items.map(({ version }) => version);
}

async function storedKeys(): Promise<string[]> {
  const keys = [];
  for await (const key of world.storage.keys({ olderThanMs: -60_000 })) keys.push(key);
  return keys;
}

const keysOf = async (id: number) => (await listStorageKeys(database.db, id)).sort();

async function ageAll(ms = hour): Promise<void> {
  for (const key of await storedKeys()) await world.age(key, ms);
}

/** The storage, with some of what it does done otherwise. */
const storageWith = (changes: Partial<ArtifactStorage>): ArtifactContext => ({
  ...ctx,
  storage: { ...world.storage, ...changes },
});

const sweepAll = () => sweepOrphans(ctx, { olderThanMs: leastGraceMs, limit: 1_000 });
const content = (size = 10) => chunksOf([numberedBytes(size)]);

describe('a stored version', () => {
  test('has its bytes, and says what they are', async () => {
    const id = await artifact();
    const details = { content_type: 'text/csv', execution: 17, meta: { rows: 3 }, created_by: 'ada' };

    const version = await storeVersion(ctx, { artifact: id, content: content(3_000_000), ...details });

    const [key] = await storedKeys();
    expect(version).toMatchObject({
      artifact: id,
      version: 1,
      size_bytes: 3_000_000,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      storage_key: key,
      content_json: null,
      ...details,
    });
    expect(await findArtifact(database.db, id)).toMatchObject({
      size_bytes: 3_000_000,
      content_type: 'text/csv',
    });
    const opened = await openVersion(ctx, { artifact: id });
    expect(numberedBytes(3_000_000).equals(await buffer(opened.content))).toBe(true);
  });

  test('has a number of its own and its own bytes, of 20 uploads at once', async () => {
    const id = await artifact();
    const sizes = Array.from({ length: 20 }, (_, n) => 1_000 + n);

    const stored = await Promise.all(
      sizes.map((size) => storeVersion(ctx, { artifact: id, content: content(size) })),
    );

    expect(await versionsOf(id)).toEqual(Array.from({ length: 20 }, (_, n) => 20 - n));
    expect(await keysOf(id)).toEqual(await storedKeys());
    for (const { version, size_bytes } of stored) {
      const opened = await openVersion(ctx, { artifact: id, version });
      expect((await buffer(opened.content)).length).toBe(size_bytes);
    }
  });

  test('is not there without an artifact, nor are its bytes', async () => {
    await expect(storeVersion(ctx, { artifact: 4711, content: content() })).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      value: 4711,
    });

    expect(await storedKeys()).toEqual([]);
  });

  test('is not larger than the limit', async () => {
    const id = await artifact();
    const { bytes } = endless(1_000);

    await expect(storeVersion(ctx, { artifact: id, content: bytes, limit: 5_000 })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });

    expect([await versionsOf(id), await storedKeys()]).toEqual([[], []]);
  });

  test('is not there when its content ends with an error', async () => {
    const id = await artifact();
    const failure = new Error('the client went away');
    async function* broken(): ByteSource {
      yield numberedBytes(10);
      throw failure;
    }

    await expect(storeVersion(ctx, { artifact: id, content: broken() })).rejects.toBe(failure);

    expect([await versionsOf(id), await storedKeys()]).toEqual([[], []]);
  });

  test('comes with what is written alongside, or not at all', async () => {
    const id = await artifact();
    const described = (description: string) => async (trx: ArtifactContext['db']) => {
      await trx.updateTable('artifact').set({ description }).where('id', '=', id).execute();
      if (description === 'bad') throw new ValidationError('refused');
    };

    await storeVersion(ctx, { artifact: id, content: content(), alongside: described('good') });
    const bad = storeVersion(ctx, { artifact: id, content: content(), alongside: described('bad') });
    await expect(bad).rejects.toThrow('refused');

    expect(await getArtifact(database.db, id)).toMatchObject({ description: 'good', last_version: 1 });
    expect(await keysOf(id)).toEqual(await storedKeys());
  });

  test('keeps its bytes when the answer to its row is lost', async () => {
    const id = await artifact();
    const { hostname, port } = new URL(database.url);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port || 5432) });
    const through = openDatabase({ url: proxy.through(database.url), poolSize: 1 });
    await findArtifact(through.db, id);
    proxy.delay(500);

    const storing = storeVersion({ ...ctx, db: through.db }, { artifact: id, content: content() });
    const outcome = storing.catch((error: unknown) => error);
    await waitUntil(async () => (await versionsOf(id)).length === 1);
    proxy.cut();

    expect(await outcome).toMatchObject({ code: 'TRANSIENT' });
    expect((await buffer((await openVersion(ctx, { artifact: id })).content)).length).toBe(10);
    await through.close();
    await proxy.close();
  });

  test('is refused when its bytes have waited so long for their row that a sweep has taken them', async () => {
    const id = await artifact();
    const heldUp = storageWith({
      put: async (...args) => {
        const stored = await world.storage.put(...args);
        await world.age(stored.key, hour);
        expect(await sweepAll()).toMatchObject({ removed: 1 });
        return { ...stored, storedAt: new Date(Date.now() - hour) };
      },
    });

    await expect(storeVersion(heldUp, { artifact: id, content: content() })).rejects.toMatchObject({
      code: 'TRANSIENT',
    });

    expect(await versionsOf(id)).toEqual([]);
  });
});

describe('a version that is opened', () => {
  test('is the newest, or the one that is named', async () => {
    const id = await artifact();
    await store(id, 10, 20);

    const [newest, first] = [
      await openVersion(ctx, { artifact: id }),
      await openVersion(ctx, { artifact: id, version: 1 }),
    ];

    expect(newest).toMatchObject({
      version: { version: 2 },
      size: 20,
      contentType: 'application/octet-stream',
    });
    expect(newest).not.toHaveProperty('range');
    expect(await buffer(newest.content)).toEqual(numberedBytes(20));
    expect(await buffer(first.content)).toEqual(numberedBytes(10));
  });

  test('gives a range of its bytes', async () => {
    const id = await artifact({ content_type: 'image/png' });
    await store(id, 100);

    const opened = await openVersion(ctx, { artifact: id, range: 'bytes=-30' });

    expect(opened).toMatchObject({ size: 100, range: { start: 70, end: 99 }, contentType: 'image/png' });
    expect(await buffer(opened.content)).toEqual(numberedBytes(100).subarray(70));
    await expect(openVersion(ctx, { artifact: id, range: 'bytes=100-' })).rejects.toMatchObject({
      code: 'RANGE_NOT_SATISFIABLE',
      size: 100,
    });
  });

  test.each([
    ['an object', { a: ['ä', 1.5, null] }, undefined, '{"a":["ä",1.5,null]}'],
    ['null', null, undefined, 'null'],
    ['part of a text', 'text', 'bytes=1-2', 'te'],
  ])('may be JSON: %s', async (_name, content_json, range, expected) => {
    const id = await artifact();
    await insertArtifactVersion(database.db, { artifact: id, content_json });

    const opened = await openVersion(ctx, { artifact: id, range });

    const size = Buffer.byteLength(JSON.stringify(content_json));
    expect(opened).toMatchObject({ contentType: 'application/json', size, version: { size_bytes: size } });
    expect((await buffer(opened.content)).toString()).toBe(expected);
  });

  test('exists', async () => {
    const id = await artifact();
    await expect(openVersion(ctx, { artifact: id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      entity: 'artifact_version',
      field: 'artifact',
      value: id,
    });

    await store(id, 1);

    await expect(openVersion(ctx, { artifact: id, version: 2 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'version',
      value: 2,
    });
  });

  test('and removed before its bytes are reached is not found', async () => {
    const id = await artifact();
    await store(id, 1);
    const late = storageWith({
      open: async (...args) => {
        await removeVersion(ctx, { artifact: id, version: 1 });
        return world.storage.open(...args);
      },
    });

    await expect(openVersion(late, { artifact: id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      entity: 'artifact_version',
    });
  });

  test('and has lost its bytes says so', async () => {
    const id = await artifact();
    await store(id, 1);
    for (const key of await storedKeys()) await world.storage.remove(key);

    await expect(openVersion(ctx, { artifact: id })).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: `cannot open version 1 of artifact ${id}: its bytes are missing`,
    });
  });
});

describe('removal', () => {
  test('of a version takes its row and its bytes', async () => {
    const id = await artifact();
    await store(id, 10, 20);

    expect(await removeVersion(ctx, { artifact: id, version: 2 })).toBe(true);
    expect(await removeVersion(ctx, { artifact: id, version: 2 })).toBe(false);

    expect(await versionsOf(id)).toEqual([1]);
    expect(await storedKeys()).toEqual(await keysOf(id));
    expect(await getArtifact(database.db, id)).toMatchObject({ size_bytes: 10 });
  });

  test('of an artifact takes all its rows and bytes, and none of others', async () => {
    const [id, other] = [await artifact(), await artifact()];
    await store(id, 1, 2, 3);
    await insertArtifactVersion(database.db, { artifact: id, content_json: 1 });
    await store(other, 4);

    expect(await removeArtifact(ctx, id)).toBe(true);
    expect(await removeArtifact(ctx, id)).toBe(false);

    expect(await findArtifact(database.db, id)).toBeUndefined();
    expect(await storedKeys()).toEqual(await keysOf(other));
  });

  test('happens once, by 20 at the same time', async () => {
    const id = await artifact();
    await store(id, 1, 2);
    const twenty = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, work));

    const versions = await twenty(() => removeVersion(ctx, { artifact: id, version: 1 }));
    const artifacts = await twenty(() => removeArtifact(ctx, id));

    expect([versions.filter(Boolean), artifacts.filter(Boolean)]).toEqual([[true], [true]]);
    expect(await storedKeys()).toEqual([]);
  });

  test('comes with what is written alongside, or not at all', async () => {
    const id = await artifact();
    await store(id, 1);
    const alongside = () => Promise.reject(new Error('the audit failed'));

    await expect(removeArtifact(ctx, id, { alongside })).rejects.toThrow('the audit failed');
    await expect(removeVersion(ctx, { artifact: id, version: 1 }, { alongside })).rejects.toThrow();

    expect(await versionsOf(id)).toEqual([1]);
    expect(await storedKeys()).toEqual(await keysOf(id));
  });

  test('counts although the bytes stay, which is logged and left to the sweep', async () => {
    const id = await artifact();
    await store(id, 1, 2);
    const [stuck] = await storedKeys();
    const failing = storageWith({
      remove: (key) => (key === stuck ? Promise.reject(new Error('disk')) : world.storage.remove(key)),
    });

    expect(await removeArtifact(failing, id)).toBe(true);

    expect(await storedKeys()).toEqual([stuck]);
    expect(logged).toContain('artifacts.bytes_left');
    await ageAll();
    expect(await sweepAll()).toMatchObject({ removed: 1 });
    expect(await storedKeys()).toEqual([]);
  });

  test('and storing are no part of a transaction of others, which may fail after them', async () => {
    const id = await artifact();
    await store(id, 1);
    const inside = <T>(work: (within: ArtifactContext) => Promise<T>) =>
      database.db.transaction().execute((trx) => work({ ...ctx, db: trx }));

    for (const work of [
      (within: ArtifactContext) => storeVersion(within, { artifact: id, content: content() }),
      (within: ArtifactContext) => removeVersion(within, { artifact: id, version: 1 }),
      (within: ArtifactContext) => removeArtifact(within, id),
      (within: ArtifactContext) => applyArtifactRetention(within, { limit: 1 }),
    ])
      await expect(inside<unknown>(work)).rejects.toThrow(TypeError);

    expect(await versionsOf(id)).toEqual([1]);
    expect(await storedKeys()).toEqual(await keysOf(id));
  });
});

describe('retention', () => {
  const nothing = { versions: 0, artifacts: 0, bytesLeft: 0, more: false };
  beforeEach(async () => {
    await database.db.updateTable('artifact').set({ retention_due_at: null }).execute();
  });

  async function madeYesterday(id: number): Promise<void> {
    const created = new Date(Date.now() - 24 * hour);
    await database.db.updateTable('artifact_version').set({ created }).where('artifact', '=', id).execute();
    await database.db
      .updateTable('artifact')
      .set({ retention_due_at: created })
      .where('id', '=', id)
      .execute();
  }

  test('removes rows and bytes together, of every policy', async () => {
    const byNumber = await artifact({ retention_policy: 'versions', retention_limit: 2 });
    const byTime = await artifact({ retention_policy: 'hours', retention_limit: 23 });
    const forever = await artifact({ retention_policy: 'versions', retention_limit: -1 });
    for (const id of [byNumber, byTime, forever]) await store(id, 1, 2, 3);
    await madeYesterday(byTime);
    await store(byTime, 4);

    expect(await applyArtifactRetention(ctx, { limit: 100 })).toEqual({ ...nothing, versions: 4 });

    expect(await versionsOf(byNumber)).toEqual([3, 2]);
    expect(await versionsOf(byTime)).toEqual([4]);
    expect(await versionsOf(forever)).toEqual([3, 2, 1]);
    const named = [...(await keysOf(byNumber)), ...(await keysOf(byTime)), ...(await keysOf(forever))];
    expect(await storedKeys()).toEqual(named.sort());
    expect(await applyArtifactRetention(ctx, { limit: 100 })).toEqual(nothing);
  });

  test('removes an artifact with its last version', async () => {
    const id = await artifact({ retention_policy: 'hours', retention_limit: 23 });
    await store(id, 1, 2);
    await madeYesterday(id);

    expect(await applyArtifactRetention(ctx, { limit: 100 })).toEqual({
      ...nothing,
      versions: 2,
      artifacts: 1,
    });

    expect(await findArtifact(database.db, id)).toBeUndefined();
    expect(await storedKeys()).toEqual([]);
  });

  test('stops at its limit, and says that there is more', async () => {
    const id = await artifact({ retention_limit: 1 });
    await store(id, 1, 2, 3, 4, 5, 6);

    const reports = [];
    for (let n = 0; n < 3; n += 1) reports.push(await applyArtifactRetention(ctx, { limit: 2 }));

    expect(reports.map(({ versions, more }) => [versions, more])).toEqual([
      [2, true],
      [2, true],
      [1, false],
    ]);
    expect(await versionsOf(id)).toEqual([6]);
    expect(await storedKeys()).toEqual(await keysOf(id));
  });

  test('goes on from batch to batch', async () => {
    const id = await artifact({ retention_limit: 1 });
    const versions = Array.from({ length: 450 }, (_, n) => ({
      artifact: id,
      version: n + 1,
      storage_key: `none ${n}`,
    }));
    await database.db.insertInto('artifact_version').values(versions).execute();
    await database.db.updateTable('artifact').set({ last_version: 450 }).where('id', '=', id).execute();
    await store(id, 1);

    expect(await applyArtifactRetention(ctx, { limit: 1_000 })).toEqual({ ...nothing, versions: 450 });

    expect(await versionsOf(id)).toEqual([451]);
  });

  test('is not stopped by bytes that stay', async () => {
    const id = await artifact({ retention_limit: 1 });
    await store(id, 1, 2, 3, 4);
    const kept = await openVersion(ctx, { artifact: id });
    kept.content.destroy();
    const keptKey = kept.version.storage_key ?? '';
    const [stuck = ''] = (await storedKeys()).filter((key) => key !== keptKey);
    const failing = storageWith({
      remove: (key) => (key === stuck ? Promise.reject(new Error('disk')) : world.storage.remove(key)),
    });

    expect(await applyArtifactRetention(failing, { limit: 100 })).toEqual({
      ...nothing,
      versions: 3,
      bytesLeft: 1,
    });

    expect(await storedKeys()).toEqual([stuck, keptKey].sort());
  });

  test('of 10 processes among 10 uploads leaves rows and bytes that belong together', async () => {
    const id = await artifact({ retention_limit: 3 });
    await store(id, 1, 2, 3, 4, 5, 6);

    await Promise.all([
      ...Array.from({ length: 10 }, () => applyArtifactRetention(ctx, { limit: 100 })),
      ...Array.from({ length: 10 }, () => storeVersion(ctx, { artifact: id, content: content() })),
    ]);
    await applyArtifactRetention(ctx, { limit: 100 });

    expect(await versionsOf(id)).toEqual([16, 15, 14]);
    expect(await storedKeys()).toEqual(await keysOf(id));
  });
});

describe('the sweep for orphans', () => {
  const orphan = async () => (await world.storage.put(content())).key;

  test('removes old bytes that no row names, and nothing else', async () => {
    const id = await artifact();
    await store(id, 1);
    await orphan();
    await ageAll();
    const young = await orphan();

    expect(await sweepAll()).toEqual({ examined: 2, removed: 1, bytesLeft: 0, unfinished: 0 });

    expect(await storedKeys()).toEqual([...(await keysOf(id)), young].sort());
  });

  test('stops at its limit and goes on where it stopped', async () => {
    const id = await artifact();
    await store(id, 1, 2, 3, 4, 5);
    for (let n = 0; n < 5; n += 1) await orphan();
    await ageAll();

    const reports = [];
    let after: string | undefined;
    do {
      const report = await sweepOrphans(ctx, { olderThanMs: leastGraceMs, limit: 4, after });
      reports.push(report);
      after = report.next;
    } while (after !== undefined);

    expect(reports.map(({ examined }) => examined)).toEqual([4, 4, 2]);
    expect(reports.map(({ removed }) => removed).reduce((a, b) => a + b)).toBe(5);
    expect(await storedKeys()).toEqual(await keysOf(id));
  });

  test('asks the database once for many keys', async () => {
    for (let n = 0; n < 30; n += 1) await orphan();
    await ageAll();

    const { answer, statements } = await countStatements(database, (db) =>
      sweepOrphans({ ...ctx, db }, { olderThanMs: leastGraceMs, limit: 1_000 }),
    );

    expect(answer).toMatchObject({ examined: 30, removed: 30 });
    expect(statements).toBe(1);
  });

  test('takes no bytes that get their row after they were listed', async () => {
    const id = await artifact();
    const { key, size, sha256, storedAt } = await world.storage.put(content());
    await ageAll();
    const slow = storageWith({
      keys: async function* (which) {
        yield* world.storage.keys(which);
        const stored = { storage_key: key, size_bytes: size, checksum: sha256, stored_at: storedAt };
        await insertArtifactVersion(database.db, { artifact: id, ...stored });
      },
    });

    const report = await sweepOrphans(slow, { olderThanMs: leastGraceMs, limit: 100 });

    expect(report).toMatchObject({ examined: 1, removed: 0 });
    expect(await storedKeys()).toEqual([key]);
  });

  test('leaves uploads alone that go on meanwhile', async () => {
    const id = await artifact();
    let sweeps = 0;
    async function* slow(): ByteSource {
      for (let n = 0; n < 5; n += 1) {
        yield numberedBytes(100);
        await sweepAll();
        sweeps += 1;
      }
    }

    await Promise.all(Array.from({ length: 4 }, () => storeVersion(ctx, { artifact: id, content: slow() })));

    expect(sweeps).toBe(20);
    expect(await versionsOf(id)).toEqual([4, 3, 2, 1]);
    expect(await storedKeys()).toEqual(await keysOf(id));
  });

  test('leaves bytes alone that are about to get their row', async () => {
    const id = await artifact();
    const swept = storageWith({
      put: async (...args) => {
        const stored = await world.storage.put(...args);
        await sweepAll();
        return stored;
      },
    });

    await storeVersion(swept, { artifact: id, content: content() });

    expect((await buffer((await openVersion(ctx, { artifact: id })).content)).length).toBe(10);
  });

  test('removes old uploads that were never completed', async () => {
    const [old, young] = ['old', 'young'].map((name) => join(world.folder, 'unfinished', name)) as [
      string,
      string,
    ];
    await Promise.all([writeFile(old, ''), writeFile(young, '')]);
    await utimes(old, new Date(Date.now() - hour), new Date(Date.now() - hour));

    expect(await sweepAll()).toMatchObject({ unfinished: 1 });

    expect(await readdir(join(world.folder, 'unfinished'))).toEqual(['young']);
  });

  test('has patience: it is not asked to remove what may be about to get its row', async () => {
    await expect(sweepOrphans(ctx, { olderThanMs: leastGraceMs - 1, limit: 1 })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'olderThanMs' }],
    });
  });

  test('counts what it cannot remove, and removes it later', async () => {
    await orphan();
    await ageAll();
    const failing = storageWith({ remove: () => Promise.reject(new Error('disk')) });

    const report = await sweepOrphans(failing, { olderThanMs: leastGraceMs, limit: 10 });

    expect(report).toEqual({ examined: 1, removed: 0, bytesLeft: 1, unfinished: 0 });
    expect(await sweepAll()).toMatchObject({ removed: 1 });
  });
});

describe('a process that is killed', () => {
  async function crash(id: number, act: string): Promise<void> {
    const program = join(__dirname, 'testing/crash.program.ts');
    const child = startTypeScript(program, [database.url, world.folder, String(id), act]);
    expect({ ...(await child.ended), told: child.stderr() }).toEqual({
      code: null,
      signal: 'SIGKILL',
      told: '',
    });
  }

  test('after it has stored bytes leaves no row, and the sweep removes the bytes', async () => {
    const id = await artifact();

    await crash(id, 'store');

    expect(await versionsOf(id)).toEqual([]);
    expect(await storedKeys()).toHaveLength(1);
    expect(await sweepAll()).toMatchObject({ removed: 0 });
    await ageAll();
    expect(await sweepAll()).toMatchObject({ removed: 1 });
    expect(await storedKeys()).toEqual([]);
  });

  test.each([
    ['remove version', [2]],
    ['remove artifact', []],
    ['retention', [2]],
  ])(
    'before it has removed bytes leaves no row of them, and the sweep removes them: %s',
    async (act, left) => {
      await database.db.updateTable('artifact').set({ retention_due_at: null }).execute();
      const id = await artifact({ retention_limit: 1 });
      await store(id, 1, 2);

      await crash(id, act);

      expect(await versionsOf(id)).toEqual(left);
      expect(await storedKeys()).toHaveLength(2);
      await ageAll();
      expect(await sweepAll()).toMatchObject({ removed: 2 - left.length });
      expect(await storedKeys()).toEqual(await keysOf(id));
    },
  );
});
