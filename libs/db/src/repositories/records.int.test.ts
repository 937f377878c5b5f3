import type { OwnerType } from '@attune/domain';
import { sql } from 'kysely';
import { makeAction, makeIdentity, makePack, useTestDatabase } from '../testing/index.js';
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
