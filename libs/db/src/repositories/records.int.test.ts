import type { ArtifactType } from '@attune/domain';
import { makeExecution, useTestDatabase } from '../testing/index.js';
import {
  deleteArtifactVersion,
  findArtifactVersion,
  insertArtifactVersion,
  listArtifactVersions,
} from './artifact-version.repository.js';
import {
  deleteArtifact,
  findArtifact,
  insertArtifact,
  listArtifacts,
  updateArtifact,
} from './artifact.repository.js';
import {
  cancelInquiry,
  expireInquiries,
  findInquiryOfExecution,
  getInquiry,
  insertInquiry,
  listInquiries,
  respondInquiry,
} from './inquiry.repository.js';
import {
  deleteNotification,
  findNotification,
  getNotification,
  insertNotification,
  listNotifications,
  updateNotification,
} from './notification.repository.js';

const database = useTestDatabase();

describe('notifications', () => {
  const notification = { channel: 'c', entity_type: 'rule', entity: '1', activity: 'updated' };

  it('tell JSON null from no content at all', async () => {
    const { db } = database;
    const none = await insertNotification(db, notification);
    const empty = await insertNotification(db, { ...notification, content: null });
    const listed = await listNotifications(db, { channel: 'c', entity: '1' }, { limit: 5 });

    expect(none).not.toHaveProperty('content');
    expect(empty.content).toBeNull();
    expect(listed.items).toEqual([empty, none]);
    expect(await findNotification(db, none.id)).toEqual(none);
  });

  it('walk through their states, and are deleted', async () => {
    const { db } = database;
    const { id } = await insertNotification(db, { ...notification, content: [1] });

    expect(await updateNotification(db, id, { state: 'queued' })).toMatchObject({
      state: 'queued',
      content: [1],
    });
    expect(await updateNotification(db, id, { content: 'text' })).toMatchObject({ content: 'text' });
    expect(await updateNotification(db, id, {})).toMatchObject({ state: 'queued', content: 'text' });
    expect(await deleteNotification(db, id)).toBe(true);
    await expect(getNotification(db, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(updateNotification(db, id, { state: 'error' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('artifacts', () => {
  it('may share a ref, be paths, be long, and keep everything', async () => {
    const { db } = database;
    const type: ArtifactType = 'file_datatable';
    const ref = `reports/${'x'.repeat(600)}.csv`;

    const one = await insertArtifact(db, { ref, type, retention_limit: -1 });
    const two = await insertArtifact(db, { ref, type, scope: 'pack', owner: 'core', data: [] });

    expect(one).toMatchObject({ owner: '', scope: 'system', visibility: 'private', retention_limit: -1 });
    expect((await listArtifacts(db, { ref }, { limit: 5 })).items).toEqual([two, one]);
    expect(
      (await listArtifacts(db, { ref: 'reports/*', scope: 'pack', owner: 'core' }, { limit: 5 })).items,
    ).toEqual([two]);
    expect(await updateArtifact(db, one.id, { name: 'Report', data: null })).toMatchObject({
      name: 'Report',
    });
    expect(await deleteArtifact(db, one.id)).toBe(true);
    expect(await findArtifact(db, one.id)).toBeUndefined();
    await expect(insertArtifact(db, { ref: 'a\nb', type })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  it('number their versions without a gap, however many are stored at once', async () => {
    const { db } = database;
    const artifact = await insertArtifact(db, { ref: 'v', type: 'other' });

    const versions = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        insertArtifactVersion(db, { artifact: artifact.id, content_json: n, size_bytes: 1 }),
      ),
    );

    expect(versions.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    expect(await findArtifact(db, artifact.id)).toMatchObject({ last_version: 20, size_bytes: 1 });
    expect(await findArtifactVersion(db, artifact.id)).toMatchObject({ version: 20 });
    expect(await findArtifactVersion(db, artifact.id, 3)).toMatchObject({ version: 3 });
    const { items } = await listArtifactVersions(db, artifact.id, { limit: 2 });
    expect(items.map(({ version }) => version)).toEqual([20, 19]);
    expect(await deleteArtifactVersion(db, artifact.id, 20)).toBe(true);
    expect(await deleteArtifactVersion(db, artifact.id, 20)).toBe(false);
    expect(await insertArtifactVersion(db, { artifact: artifact.id, storage_key: 'a/21' })).toMatchObject({
      version: 21,
    });
  });

  it('have no version without content, and none without an artifact', async () => {
    const { db } = database;
    const { id: artifact } = await insertArtifact(db, { ref: 'e', type: 'other' });

    await expect(insertArtifactVersion(db, { artifact })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(insertArtifactVersion(db, { artifact: 4711, content_json: 1 })).rejects.toMatchObject({
      code: 'MISSING_REFERENCE',
    });
    expect(await findArtifact(db, artifact)).toMatchObject({ last_version: 0 });
  });
});

describe('inquiries', () => {
  async function ask(values: { timeout_at?: Date; default_response?: unknown } = {}) {
    const { id: execution } = await makeExecution(database.db);
    return insertInquiry(database.db, { execution, prompt: 'Go on?', ...values });
  }

  it('are answered once, also by 20 people at the same time', async () => {
    const { db } = database;
    const inquiry = await ask();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => respondInquiry(db, inquiry.id, { response: { n } })),
    );

    const [winner] = answers.filter((answer) => answer !== undefined);
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    expect(await getInquiry(db, inquiry.id)).toEqual(winner);
    expect(winner).toMatchObject({
      status: 'responded',
      responded_at: expect.any(Date),
      resolved_at: expect.any(Date),
    });
    expect(await cancelInquiry(db, inquiry.id)).toBeUndefined();
  });

  it('take their default when their time is over, and no answer after it', async () => {
    const { db } = database;
    const late = await ask({ timeout_at: new Date(Date.now() - 1_000), default_response: { ok: false } });
    const open = await ask({ timeout_at: new Date(Date.now() + 60_000) });

    expect(await respondInquiry(db, late.id, { response: { ok: true } })).toBeUndefined();
    expect(await expireInquiries(db, { limit: 10 })).toMatchObject([
      { id: late.id, status: 'timeout', response: { ok: false } },
    ]);
    expect(await expireInquiries(db, { limit: 10 })).toEqual([]);
    expect(await cancelInquiry(db, open.id)).toMatchObject({ status: 'cancelled' });
    expect((await listInquiries(db, { execution: late.execution }, { limit: 5 })).items).toHaveLength(1);
    expect(await findInquiryOfExecution(db, open.execution)).toMatchObject({ id: open.id });
  });
});
