import { useTestDatabase } from '../testing/index.js';
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
