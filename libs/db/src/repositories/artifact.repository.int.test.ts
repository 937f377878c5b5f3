import type { ArtifactRetention } from '@attune/domain';
import {
  artifactRetentions,
  artifactTypes,
  artifactVisibilities,
  isArtifactRef,
  ownerTypes,
} from '@attune/domain';
import { sql } from 'kysely';
import { inTransaction } from '../database.js';
import { makeArtifact, useTestDatabase } from '../testing/index.js';
import { expireArtifactVersions } from './artifact-retention.repository.js';
import {
  deleteArtifactVersion,
  findArtifactVersion,
  findArtifactVersionByNumber,
  findLatestArtifactVersion,
  findNamedStorageKeys,
  getArtifactVersion,
  insertArtifactVersion,
  listArtifactVersions,
  listArtifactVersionsOfExecution,
  listStorageKeys,
} from './artifact-version.repository.js';
import type { ArtifactFilter, NewArtifact } from './artifact.repository.js';
import {
  appendArtifactProgress,
  deleteArtifact,
  findArtifact,
  getArtifact,
  insertArtifact,
  listArtifacts,
  updateArtifact,
} from './artifact.repository.js';

const database = useTestDatabase();
const largest = 2_147_483_647;

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

async function listedIds(filter: ArtifactFilter): Promise<number[]> {
  const { items } = await listArtifacts(database.db, filter, { limit: 1_000 });
  return items.map(({ id }) => id);
}

let keys = 0;

/** Bytes that were stored just now. */
function bytes(size_bytes = 1) {
  keys += 1;
  return { storage_key: `key-${keys}`, size_bytes, checksum: 'ab', stored_at: new Date() };
}

async function storeVersions(artifact: number, count: number) {
  for (let n = 0; n < count; n += 1) await insertArtifactVersion(database.db, { artifact, ...bytes() });
}

async function versionNumbers(artifact: number): Promise<number[]> {
  const { items } = await listArtifactVersions(database.db, { artifact }, { limit: 1_000 });
  return items.map(({ version }) => version);
}

describe('artifacts', () => {
  it('are of every type, scope and retention policy, and are found by each of them, newest first', async () => {
    const { db } = database;
    const kinds = artifactTypes.flatMap((type) =>
      ownerTypes.flatMap((scope) =>
        artifactRetentions.flatMap((retention_policy) =>
          artifactVisibilities.map((visibility) => ({ type, scope, retention_policy, visibility })),
        ),
      ),
    );
    const rows = await inTransaction(db, async (trx) => {
      const made = [];
      for (const [n, kind] of kinds.entries())
        made.push(await insertArtifact(trx, { ...kind, ref: 'kinds', owner: `owner ${n % 3}` }));
      return made;
    });

    expect(rows).toMatchObject(kinds);
    const newestFirst = [...rows].reverse();
    const filters: ArtifactFilter[] = [
      ...artifactTypes.map((type) => ({ type })),
      ...ownerTypes.map((scope) => ({ scope })),
      ...artifactRetentions.map((retention_policy) => ({ retention_policy })),
      ...artifactVisibilities.map((visibility) => ({ visibility })),
      { owner: 'owner 1' },
      { scope: 'action', owner: 'owner 2' },
    ];
    for (const filter of filters) {
      const expected = newestFirst.filter((row) =>
        Object.entries(filter).every(([name, value]) => row[name as keyof typeof row] === value),
      );
      expect(expected.length).toBeGreaterThan(0);
      expect((await listArtifacts(db, { ref: 'kinds', ...filter }, { limit: 1_000 })).items).toEqual(
        expected,
      );
    }
  });

  it('may share a ref, and have no owner in any scope', async () => {
    const { db } = database;
    const made = [];
    for (const scope of ownerTypes) made.push(await makeArtifact(db, { ref: 'shared', scope, owner: '' }));

    expect(await listedIds({ ref: 'shared', owner: '' })).toEqual(made.map(({ id }) => id).reverse());
    expect(made[0]).toEqual({
      id: expect.any(Number),
      ref: 'shared',
      scope: 'system',
      owner: '',
      type: 'other',
      visibility: 'private',
      name: null,
      description: null,
      content_type: null,
      size_bytes: null,
      data: null,
      retention_policy: 'versions',
      retention_limit: 1,
      last_version: 0,
      retention_due_at: null,
      created: expect.any(Date),
      updated: made[0]?.created,
    });
  });

  it.each([
    ['a path', '../reports//2026/ä ✓/summary.csv'],
    ['700 characters', `reports/${'x'.repeat(692)}`],
    [
      '1,024 characters of four bytes, which no compression makes shorter',
      String.fromCodePoint(...numbers(1, 1_024).map((n) => 0x20000 + ((n * n * 7_919) % 40_000))),
    ],
  ])('have %s as a ref', async (_name, ref) => {
    const { id } = await makeArtifact(database.db, { ref });

    expect(await listedIds({ ref })).toEqual([id]);
    expect(await listedIds({ ref: `${Array.from(ref).slice(0, 300).join('')}*` })).toEqual([id]);
  });

  it('are told apart by what comes after the part of a ref that the index knows', async () => {
    const beginning = 'y'.repeat(255);
    const one = await makeArtifact(database.db, { ref: `${beginning}1` });
    const two = await makeArtifact(database.db, { ref: `${beginning}2` });

    expect(await listedIds({ ref: two.ref })).toEqual([two.id]);
    expect(await listedIds({ ref: `${beginning}*1` })).toEqual([one.id]);
    expect(await listedIds({ ref: `${beginning}*` })).toEqual([two.id, one.id]);
  });

  it('are found by refs with wildcards, in which all else is literal', async () => {
    const { db } = database;
    const odd = await makeArtifact(db, { ref: 'wild/50%_\\a' });
    const even = await makeArtifact(db, { ref: 'wild/50xyza' });

    expect(await listedIds({ ref: 'wild/50%_*' })).toEqual([odd.id]);
    expect(await listedIds({ ref: 'wild/50%_\\*' })).toEqual([odd.id]);
    expect(await listedIds({ ref: '*50*a' })).toEqual([even.id, odd.id]);
    expect(await listedIds({ ref: 'wild/5_*' })).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['one character', 'a'],
    ['a tab', 'a\tb'],
    ['a control character of ASCII', 'a\u007fb'],
    ['one of Latin-1', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['a space that does not break', 'a\u00a0b'],
    ['1,024 characters', 'a'.repeat(1_024)],
    ['1,025 characters', 'a'.repeat(1_025)],
  ])('have %s as a ref if the domain takes it', async (_name, ref) => {
    const inserted = insertArtifact(database.db, { ref, type: 'other' });

    const refusal = { code: 'VALIDATION_ERROR', details: [{ path: 'ref' }] };
    if (isArtifactRef(ref)) expect(await inserted).toMatchObject({ ref });
    else await expect(inserted).rejects.toMatchObject(refusal);
  });

  it.each([
    ['too long', 'o'.repeat(256)],
    ['of two lines', 'core\ncore'],
  ])('have no owner that is %s', async (_name, owner) => {
    await expect(makeArtifact(database.db, { owner })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'owner' }],
    });
  });

  it('are found by words of their ref, name and description', async () => {
    const { db } = database;
    const described = { name: 'Quarterly 100%', description: 'revenue of the north' };
    const { id } = await makeArtifact(db, { ref: 'words/one', ...described });
    await makeArtifact(db, { ref: 'words/two', name: 'Quarterly' });

    expect(await listedIds({ search: 'NORTH words quarter' })).toEqual([id]);
    expect(await listedIds({ search: 'words 0%' })).toEqual([id]);
    expect(await listedIds({ search: 'words quarter_y' })).toEqual([]);
  });

  it('are found by an execution that made one of their versions, once', async () => {
    const { db } = database;
    const [first, second] = [await makeArtifact(db), await makeArtifact(db)];
    for (const { id } of [second, first, first]) {
      await insertArtifactVersion(db, { artifact: id, execution: 71, content_json: {} });
      await insertArtifactVersion(db, { artifact: id, execution: 72, content_json: {} });
    }
    await insertArtifactVersion(db, { artifact: first.id, execution: 73, content_json: {} });

    expect(await listedIds({ execution: 71 })).toEqual([second.id, first.id]);
    expect(await listedIds({ execution: 73 })).toEqual([first.id]);
    expect(await listedIds({ execution: 74 })).toEqual([]);
  });

  it('have data, which is set and cleared', async () => {
    const { db } = database;
    const artifact = await makeArtifact(db, { type: 'url', data: { href: 'https://example.org' } });

    expect(await updateArtifact(db, artifact.id, { data: {} })).toMatchObject({ data: {} });
    expect(await updateArtifact(db, artifact.id, { data: [1, null] })).toMatchObject({ data: [1, null] });
    expect(await updateArtifact(db, artifact.id, { name: 'Link' })).toMatchObject({ data: [1, null] });
    expect(await updateArtifact(db, artifact.id, { data: null })).toEqual({
      ...artifact,
      name: 'Link',
      data: null,
      updated: expect.any(Date),
    });
  });

  it('are deleted once, by 20 at the same time, with their versions', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    const version = await insertArtifactVersion(db, { artifact: id, content_json: 1 });

    const answers = await Promise.all(numbers(1, 20).map(() => deleteArtifact(db, id)));

    expect(answers.filter(Boolean)).toEqual([true]);
    expect(await findArtifactVersion(db, version.id)).toBeUndefined();
  });
});

describe('progress', () => {
  const progress = (values: Partial<NewArtifact> = {}) =>
    makeArtifact(database.db, { type: 'progress', ...values });

  it('begins a list and goes on with it, whatever an entry is', async () => {
    const { db } = database;
    const artifact = await progress();

    const first = await appendArtifactProgress(db, artifact.id, { percent: 10, message: 'begun' });
    await appendArtifactProgress(db, artifact.id, [1, 2]);
    const last = await appendArtifactProgress(db, artifact.id, null);

    expect(first.data).toEqual([{ percent: 10, message: 'begun' }]);
    expect(last).toEqual({
      ...artifact,
      data: [{ percent: 10, message: 'begun' }, [1, 2], null],
      updated: expect.any(Date),
    });
    expect(last.updated.getTime()).toBeGreaterThan(artifact.updated.getTime());
    expect(await findArtifact(db, artifact.id)).toEqual(last);
  });

  it('loses no entry of 20 that are added at once', async () => {
    const { db } = database;
    const { id } = await progress();

    await Promise.all(numbers(1, 20).map((n) => appendArtifactProgress(db, id, n)));

    const { data } = await getArtifact(db, id);
    expect(ascending(data as number[])).toEqual(numbers(1, 20));
  });

  it.each(artifactTypes.filter((type) => type !== 'progress'))('is not made by type %s', async (type) => {
    const artifact = await makeArtifact(database.db, { type, data: [] });

    await expect(appendArtifactProgress(database.db, artifact.id, 1)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: `cannot append progress to artifact ${artifact.id}: it is of type ${type}`,
    });
    expect(await findArtifact(database.db, artifact.id)).toEqual(artifact);
  });

  it.each([
    ['no list', { percent: 1 }],
    ['text', 'half'],
    ['a full list', numbers(1, 10_000)],
  ])('is not added to data that is %s', async (_name, data) => {
    const artifact = await progress({ data });

    await expect(appendArtifactProgress(database.db, artifact.id, 1)).rejects.toMatchObject({
      code: 'INVALID_STATE',
    });
    expect(await findArtifact(database.db, artifact.id)).toEqual(artifact);
  });

  it('is added to a list that has room for one more', async () => {
    const { id } = await progress({ data: numbers(1, 9_999) });

    expect((await appendArtifactProgress(database.db, id, 10_000)).data).toEqual(numbers(1, 10_000));
  });

  it('is added before a deletion or not at all', async () => {
    const { db } = database;
    const { id } = await progress();

    const appended = numbers(1, 19).map((n) => appendArtifactProgress(db, id, n));
    const [deleted, ...answers] = await Promise.allSettled([deleteArtifact(db, id), ...appended]);

    expect(deleted).toEqual({ status: 'fulfilled', value: true });
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'NOT_FOUND', value: id });
    expect(await findArtifact(db, id)).toBeUndefined();
  });
});

describe('versions', () => {
  it('are numbered without a gap, however many are stored at once', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);

    const versions = await Promise.all(
      numbers(1, 20).map((n) => insertArtifactVersion(db, { artifact: id, ...bytes(n) })),
    );

    expect(ascending(versions.map(({ version }) => version))).toEqual(numbers(1, 20));
    const last = versions.find(({ version }) => version === 20);
    expect(await findArtifact(db, id)).toMatchObject({ last_version: 20, size_bytes: last?.size_bytes });
    expect(await findLatestArtifactVersion(db, id)).toEqual(last);
    const third = versions.find(({ version }) => version === 3);
    expect(await findArtifactVersionByNumber(db, id, 3)).toEqual(third);
    expect(await getArtifactVersion(db, third?.id ?? 0)).toEqual(third);
    expect(await findArtifactVersionByNumber(db, id, 21)).toBeUndefined();
  });

  it('hold all that is said of them', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    const details = { execution: 5, content_type: 'text/csv', meta: { rows: 2 }, created_by: 'ada' };
    const { stored_at, ...stored } = bytes(7);

    const version = await insertArtifactVersion(db, { artifact: id, ...details, ...stored, stored_at });

    expect(version).toEqual({
      id: expect.any(Number),
      artifact: id,
      version: 1,
      ...details,
      ...stored,
      content_json: null,
      created: expect.any(Date),
    });
  });

  it.each([
    ['null', null, 4],
    ['an empty object', {}, 2],
    ['text of several bytes a character', 'äö', 6],
    ['a list', [1, [2]], 7],
    ['false', false, 5],
  ])('hold JSON: %s', async (_name, content_json, size_bytes) => {
    const { db } = database;
    const { id } = await makeArtifact(db);

    const version = await insertArtifactVersion(db, { artifact: id, content_json });

    expect(version).toMatchObject({ content_json, size_bytes, storage_key: null, checksum: null });
    expect(await findArtifactVersion(db, version.id)).toEqual(version);
    expect(await findArtifact(db, id)).toMatchObject({ size_bytes });
  });

  it('have content, an artifact, and a key of their own, or are not there and take no number', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    const stored = bytes();
    await insertArtifactVersion(db, { artifact: id, ...stored });
    const before = await findArtifact(db, id);

    await expect(insertArtifactVersion(db, { artifact: id, content_json: undefined })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    await expect(insertArtifactVersion(db, { artifact: 4711, content_json: 1 })).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
      field: 'artifact',
      value: 4711,
    });
    await expect(insertArtifactVersion(db, { artifact: id, ...stored })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'storage_key',
    });
    expect(await findArtifact(db, id)).toEqual(before);
    expect(await versionNumbers(id)).toEqual([1]);
  });

  it('are not recorded for bytes that have waited so long that the sweep may take them', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

    await expect(
      insertArtifactVersion(db, { artifact: id, ...bytes(), stored_at: minutesAgo(11) }),
    ).rejects.toMatchObject({ code: 'TRANSIENT' });
    expect(
      await insertArtifactVersion(db, { artifact: id, ...bytes(), stored_at: minutesAgo(9) }),
    ).toMatchObject({ version: 1 });
  });

  it('inherit the content type of their artifact, and leave it theirs', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db, { content_type: 'text/plain' });

    expect(await insertArtifactVersion(db, { artifact: id, ...bytes() })).toMatchObject({
      content_type: 'text/plain',
    });
    await insertArtifactVersion(db, { artifact: id, ...bytes(), content_type: 'text/csv' });
    expect(await insertArtifactVersion(db, { artifact: id, ...bytes() })).toMatchObject({
      content_type: 'text/csv',
    });
  });

  it('leave size and type of the newest that remains when they are deleted, and their number to nobody', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    for (const size of [10, 20, 30])
      await insertArtifactVersion(db, { artifact: id, ...bytes(size), content_type: `text/${size}` });
    const said = async () => {
      const { size_bytes, content_type, last_version } = await getArtifact(db, id);
      return [size_bytes, content_type, last_version];
    };

    expect(await deleteArtifactVersion(db, id, 2)).toBe(true);
    expect(await deleteArtifactVersion(db, id, 2)).toBe(false);
    expect(await said()).toEqual([30, 'text/30', 3]);
    await deleteArtifactVersion(db, id, 3);
    expect(await said()).toEqual([10, 'text/10', 3]);
    await deleteArtifactVersion(db, id, 1);
    expect(await said()).toEqual([null, 'text/10', 3]);
    expect(await insertArtifactVersion(db, { artifact: id, ...bytes() })).toMatchObject({ version: 4 });
  });

  it('are deleted once each by 20 at the same time, and the artifact says what remains', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    for (const size of numbers(1, 11)) await insertArtifactVersion(db, { artifact: id, ...bytes(size) });

    const answers = await Promise.all(numbers(0, 19).map((n) => deleteArtifactVersion(db, id, 2 + (n % 10))));

    expect(answers.filter(Boolean)).toHaveLength(10);
    expect(await versionNumbers(id)).toEqual([1]);
    expect(await findArtifact(db, id)).toMatchObject({ size_bytes: 1 });
  });

  it('come and go at the same time, and the artifact says what the newest is', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    for (const size of numbers(1, 10)) await insertArtifactVersion(db, { artifact: id, ...bytes(size) });

    await Promise.all(
      numbers(1, 10).flatMap((n) => [
        deleteArtifactVersion(db, id, n),
        insertArtifactVersion(db, { artifact: id, ...bytes(100 + n) }),
      ]),
    );

    const newest = await findLatestArtifactVersion(db, id);
    expect(newest).toMatchObject({ version: 20 });
    expect(await findArtifact(db, id)).toMatchObject({ size_bytes: newest?.size_bytes, last_version: 20 });
  });

  it('are listed in pages, newest first and without content', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    for (const n of numbers(1, 5))
      await insertArtifactVersion(db, { artifact: id, execution: 80 + (n % 2), content_json: n });

    const first = await listArtifactVersions(db, { artifact: id }, { limit: 3 });
    const rest = await listArtifactVersions(
      db,
      { artifact: id },
      { limit: 3, cursor: first.nextCursor, total: true },
    );

    expect(first.items.map(({ version }) => version)).toEqual([5, 4, 3]);
    expect(rest.items.map(({ version }) => version)).toEqual([2, 1]);
    expect(rest.total).toBe(5);
    const { content_json: _content, ...summary } = (await findArtifactVersionByNumber(db, id, 5)) ?? {};
    expect(first.items[0]).toEqual(summary);
    const ofOne = await listArtifactVersions(db, { artifact: id, execution: 81 }, { limit: 9 });
    expect(ofOne.items.map(({ version }) => version)).toEqual([5, 3, 1]);
  });

  it('are listed by execution over all artifacts, newest first and without content', async () => {
    const { db } = database;
    const artifacts = [await makeArtifact(db), await makeArtifact(db)];
    const made = [];
    for (const { id } of [...artifacts, ...artifacts])
      made.push(await insertArtifactVersion(db, { artifact: id, execution: 91, content_json: {} }));
    await insertArtifactVersion(db, { artifact: artifacts[0]?.id ?? 0, execution: 92, content_json: {} });

    const { items } = await listArtifactVersionsOfExecution(db, { execution: 91 }, { limit: 9 });

    const summaries = made.map(({ content_json: _content, ...summary }) => summary);
    expect(items).toEqual(summaries.reverse());
  });

  it('name the keys of their bytes', async () => {
    const { db } = database;
    const { id } = await makeArtifact(db);
    const [one, two] = [bytes(), bytes()];
    await insertArtifactVersion(db, { artifact: id, ...one });
    await insertArtifactVersion(db, { artifact: id, content_json: 1 });
    await insertArtifactVersion(db, { artifact: id, ...two });

    expect((await listStorageKeys(db, id)).sort()).toEqual([one.storage_key, two.storage_key].sort());
    expect(await findNamedStorageKeys(db, [two.storage_key, 'nobody'])).toEqual(new Set([two.storage_key]));
    expect(await findNamedStorageKeys(db, [])).toEqual(new Set());
  });
});

describe('retention', () => {
  type Retention = [retention_policy: ArtifactRetention, retention_limit: number];

  /** An artifact with versions; nothing else is due in the database then. */
  async function kept([retention_policy, retention_limit]: Retention, versions: number, values: object = {}) {
    await sql`update attune.artifact set retention_due_at = null`.execute(database.db);
    const { id } = await makeArtifact(database.db, { retention_policy, retention_limit, ...values });
    await storeVersions(id, versions);
    return id;
  }

  /** What it would be if the versions from `first` to `last` had been stored, and the next look planned, then. */
  async function passes(time: string, artifact: number, [first, last]: [number, number] = [1, 1_000]) {
    await sql`update attune.artifact_version set created = created - ${time}::interval
      where artifact = ${artifact} and version between ${first} and ${last}`.execute(database.db);
    await sql`update attune.artifact set retention_due_at = retention_due_at - ${time}::interval
      where id = ${artifact}`.execute(database.db);
  }

  const expire = (limit = 100) => expireArtifactVersions(database.db, { limit });
  const nothing = { due: 0, versions: [], artifacts: [] };

  it('by versions keeps the newest that exist, and tells the keys of the others', async () => {
    const id = await kept(['versions', 2], 6);
    await passes('900 days', id);
    await deleteArtifactVersion(database.db, id, 5);
    const { items } = await listArtifactVersions(database.db, { artifact: id }, { limit: 10 });

    const expired = await expire();

    const gone = items.filter(({ version }) => version <= 3).reverse();
    expect({ ...expired, versions: expired.versions.sort((a, b) => a.version - b.version) }).toEqual({
      due: 1,
      versions: gone.map(({ artifact, version, storage_key }) => ({ artifact, version, storage_key })),
      artifacts: [],
    });
    expect(await versionNumbers(id)).toEqual([6, 4]);
    expect(await expire()).toEqual(nothing);
  });

  it.each([
    ['minutes', '59 minutes', '2 minutes', 60],
    ['hours', '23 hours 59 minutes', '2 minutes', 24],
    ['days', '6 days 23 hours 59 minutes', '2 minutes', 7],
  ] as const)('by %s keeps what is younger', async (policy, young, more, limit) => {
    const id = await kept([policy, limit], 3);

    await passes(young, id, [1, 2]);
    expect(await expire()).toEqual(nothing);
    await passes(more, id, [1, 1]);
    const expired = await expire();

    expect(expired).toMatchObject({ due: 1, versions: [{ artifact: id, version: 1 }], artifacts: [] });
    expect(await versionNumbers(id)).toEqual([3, 2]);
    expect(await expire()).toEqual(nothing);
    await passes(more, id, [2, 3]);
    expect(await expire()).toMatchObject({ versions: [{ artifact: id, version: 2 }] });
  });

  it.each(
    artifactRetentions.flatMap((policy) => [0, -1, -largest - 1, largest].map((n) => [policy, n] as const)),
  )('by %s with limit %i keeps everything', async (policy, limit) => {
    const id = await kept([policy, limit], 3);
    await passes('900 years', id);
    await updateArtifact(database.db, id, { retention_limit: limit });

    expect(await getArtifact(database.db, id)).toMatchObject({ retention_limit: limit });
    expect(await expire()).toMatchObject({ due: 1, versions: [], artifacts: [] });
    expect(await versionNumbers(id)).toEqual([3, 2, 1]);
    expect(await expire()).toEqual(nothing);
  });

  it('takes no limit that is not an integer of the database', async () => {
    await expect(makeArtifact(database.db, { retention_limit: largest + 1 })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  it('looks at an artifact when a version makes one too many, and not before', async () => {
    const id = await kept(['versions', 3], 3);

    expect(await expire()).toEqual(nothing);
    await storeVersions(id, 1);
    expect(await expire()).toMatchObject({ due: 1, versions: [{ version: 1 }] });
  });

  it('follows a change of policy or limit', async () => {
    const { db } = database;
    const id = await kept(['versions', 0], 5);

    await updateArtifact(db, id, { retention_limit: 4 });
    expect(await expire()).toMatchObject({ versions: [{ version: 1 }] });
    await passes('3 hours', id, [2, 3]);
    await updateArtifact(db, id, { retention_policy: 'hours' });
    expect(await expire()).toMatchObject({ due: 1, versions: [] });
    expect(await getArtifact(db, id)).toMatchObject({ retention_due_at: expect.any(Date) });
    await updateArtifact(db, id, { retention_limit: 2 });
    await expire();

    expect(await versionNumbers(id)).toEqual([5, 4]);
  });

  it('is not put off by newer versions', async () => {
    const id = await kept(['minutes', 5], 1);
    await passes('4 minutes', id);
    await storeVersions(id, 1);
    await passes('2 minutes', id);

    expect(await expire()).toMatchObject({ due: 1, versions: [{ version: 1 }] });
  });

  it('passes over an artifact that is being written, and comes back to it', async () => {
    const { db } = database;
    const id = await kept(['minutes', 5], 1);
    await passes('6 minutes', id);
    const free = await kept(['versions', 1], 2);
    await updateArtifact(db, id, { retention_limit: 5 });

    await inTransaction(db, async (trx) => {
      await insertArtifactVersion(trx, { artifact: id, ...bytes() });
      expect(await expire()).toMatchObject({ due: 1, versions: [{ artifact: free, version: 1 }] });
    });

    expect(await expire()).toMatchObject({ due: 1, versions: [{ artifact: id, version: 1 }], artifacts: [] });
    expect(await versionNumbers(id)).toEqual([2]);
  });

  it('does not change what it only looks at', async () => {
    const { db } = database;
    const id = await kept(['versions', 3], 3);
    const { retention_due_at: _due, ...before } = await updateArtifact(db, id, { retention_limit: 5 });

    await expire();

    expect(await getArtifact(db, id)).toEqual({ ...before, retention_due_at: null });
  });

  it('works in batches until nothing is due', async () => {
    const id = await kept(['versions', 1], 26);

    const batches = [await expire(10), await expire(10), await expire(10), await expire(10)];

    expect(batches.map(({ versions }) => versions.length)).toEqual([10, 10, 5, 0]);
    expect(await versionNumbers(id)).toEqual([26]);
  });

  it('takes several artifacts with different policies in one batch', async () => {
    const { db } = database;
    const byNumber = await kept(['versions', 1], 3);
    const byTime = await makeArtifact(db, { retention_policy: 'minutes', retention_limit: 5 });
    await storeVersions(byTime.id, 3);
    await passes('6 minutes', byTime.id, [1, 2]);
    const forever = await makeArtifact(db, { retention_limit: -1 });
    await storeVersions(forever.id, 3);

    expect(await expire()).toMatchObject({ due: 2, artifacts: [] });
    expect(await versionNumbers(byNumber)).toEqual([3]);
    expect(await versionNumbers(byTime.id)).toEqual([3]);
    expect(await versionNumbers(forever.id)).toEqual([3, 2, 1]);
  });

  it('removes an artifact whom time has left no version and that has no data', async () => {
    const id = await kept(['minutes', 5], 2);
    await passes('6 minutes', id);

    expect(await expire()).toMatchObject({ versions: [{}, {}], artifacts: [id] });
    expect(await findArtifact(database.db, id)).toBeUndefined();
  });

  it('leaves an artifact that has data, or that never had a version', async () => {
    const { db } = database;
    const id = await kept(['minutes', 5], 1, { data: {} });
    await passes('6 minutes', id);
    const fresh = await makeArtifact(db, { retention_policy: 'minutes' });
    await updateArtifact(db, fresh.id, { retention_limit: 5 });

    expect(await expire()).toMatchObject({ due: 2, versions: [{ artifact: id }], artifacts: [] });
    expect(await getArtifact(db, id)).toMatchObject({ size_bytes: null, retention_due_at: null });
    expect(await findArtifact(db, fresh.id)).toBeDefined();
  });

  it('removes each version once, by 20 at the same time', async () => {
    const { db } = database;
    const ids = [await kept(['versions', 1], 11)];
    for (let n = 0; n < 4; n += 1) {
      const { id } = await makeArtifact(db);
      await storeVersions(id, 11);
      ids.push(id);
    }

    const batches = await Promise.all(numbers(1, 20).map(() => expire(7)));
    while ((await expire(7).then((batch) => batches.push(batch) && batch.due)) > 0);

    expect(Math.max(...batches.map(({ versions }) => versions.length))).toBeLessThanOrEqual(7);
    const removed = batches.flatMap(({ versions }) => versions.map((v) => `${v.artifact}/${v.version}`));
    expect(removed).toHaveLength(50);
    expect(new Set(removed).size).toBe(50);
    for (const id of ids) expect(await versionNumbers(id)).toEqual([11]);
  });

  it('removes no version that is stored while it empties the artifact', async () => {
    const { db } = database;
    const id = await kept(['minutes', 5], 1);
    await passes('6 minutes', id);

    const stored = numbers(1, 10).map(() => insertArtifactVersion(db, { artifact: id, ...bytes() }));
    const [, ...answers] = await Promise.allSettled([expire(), ...stored, expire()]);

    const versions = answers.slice(0, 10).map((answer) => {
      if (answer.status === 'fulfilled') return (answer.value as { version: number }).version;
      expect(answer.reason).toMatchObject({ code: 'MISSING_REFERENCE' });
      return undefined;
    });
    const present = versions.filter((version) => version !== undefined);
    expect((await versionNumbers(id)).filter((version) => version > 1)).toEqual(ascending(present).reverse());
  });
});
