import type { ArtifactType, OwnerType } from '@attune/domain';
import { sql } from 'kysely';
import { makeAction, makeIdentity, makePack, useTestDatabase } from '../testing/index.js';
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
  deleteKey,
  findKeyByRef,
  getKey,
  getKeyByRef,
  insertKey,
  listKeys,
  updateKey,
} from './key.repository.js';
import {
  deleteNotification,
  findNotification,
  getNotification,
  insertNotification,
  listNotifications,
  updateNotification,
} from './notification.repository.js';
import { deletePack } from './pack.repository.js';

const database = useTestDatabase();

describe('keys', () => {
  it('belong to the system, or to an owner that exists', async () => {
    const { db } = database;
    const action = await makeAction(db);
    const person = await makeIdentity(db);
    const key = (ref: string, owner_type: OwnerType, owner?: string) =>
      insertKey(db, { ref, owner_type, owner, name: 'token', value: 'x' });

    expect(await key('k.system', 'system')).toMatchObject({ owner: '', owner_pack: null });
    expect(await key('k.pack', 'pack', action.pack_ref)).toMatchObject({ owner_pack: action.pack });
    expect(await key('k.action', 'action', action.ref)).toMatchObject({ owner_action: action.id });
    expect(await key('k.person', 'identity', person.login)).toMatchObject({ owner_identity: person.id });
    await expect(key('k.none', 'pack', 'no_such')).rejects.toMatchObject({ code: 'MISSING_REFERENCE' });
    await expect(key('k.twice', 'pack', action.pack_ref)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(key('K.upper', 'system')).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('outlive their owner, by its ref', async () => {
    const { db } = database;
    const owner = await makePack(db);
    await insertKey(db, { ref: 'k.left', owner_type: 'pack', owner: owner.ref, name: 'token', value: 'x' });

    await deletePack(db, owner.id);

    expect(await getKeyByRef(db, 'k.left')).toMatchObject({ owner: owner.ref, owner_pack: null });
  });

  it.each([
    ['null', null],
    ['a list', [1]],
    ['text', 'x'],
    ['false', false],
  ])('hold %s as a value', async (name, value) => {
    const { db } = database;
    const key = await insertKey(db, {
      ref: `v.${name.replace(' ', '_')}`,
      owner_type: 'system',
      name,
      value,
    });

    expect(key.value).toEqual(value);
    const { rows } =
      await sql`select jsonb_typeof(value) is null as missing from attune.key where id = ${key.id}`.execute(
        db,
      );
    expect(rows).toEqual([{ missing: false }]);
  });

  it('are changed, listed without values, and deleted', async () => {
    const { db } = database;
    const sealed = { ref: 'e.sealed', owner_type: 'system', name: 'sealed', value: { c: 'x' } } as const;
    const key = await insertKey(db, { ...sealed, encrypted: true, encryption_key_id: 'm1' });

    expect(await updateKey(db, key.id, {})).toEqual(key);
    expect(
      await updateKey(db, key.id, { encrypted: false, encryption_key_id: null, value: null }),
    ).toMatchObject({
      encrypted: false,
      encryption_key_id: null,
      value: null,
    });
    const { items } = await listKeys(db, { ref: 'e.*', owner_type: 'system' }, { limit: 5 });
    expect(items).toMatchObject([{ ref: 'e.sealed' }]);
    expect(items[0]).not.toHaveProperty('value');
    expect(await deleteKey(db, key.id)).toBe(true);
    expect(await findKeyByRef(db, 'e.sealed')).toBeUndefined();
    await expect(getKey(db, key.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

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
