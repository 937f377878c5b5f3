import type { Db } from '../database.js';
import { describeRepository, differing } from '../testing/describe-repository.js';
import { useTestDatabase } from '../testing/index.js';
import * as notification from './notification.repository.js';

const database = useTestDatabase();

const makeNotification = (db: Db, values: Partial<notification.NewNotification> = {}) =>
  notification.insertNotification(db, {
    channel: 'changes',
    entity_type: 'rule',
    entity: 'core.one',
    activity: 'updated',
    ...values,
  });

describeRepository(database, {
  entity: 'notification',
  make: makeNotification,
  find: notification.findNotification,
  get: notification.getNotification,
  list: notification.listNotifications,
  remove: notification.deleteNotification,
  update: {
    apply: notification.updateNotification,
    change: { state: 'queued', content: { n: 1 } },
  },
  filters: {
    channel: differing(makeNotification, [{ channel: 'Änderungen!' }, { channel: 'änderungen!' }], {
      channel: 'Änderungen!',
    }),
    entity_type: differing(makeNotification, [{ entity_type: 'x'.repeat(200) }, {}], {
      entity_type: 'x'.repeat(200),
    }),
    entity: differing(makeNotification, [{ entity: '日本/%_' }, {}], { entity: '日本/%_' }),
    'state created': differing(makeNotification, [{}, { state: 'error' }], { state: 'created' }),
    'state queued': differing(makeNotification, [{ state: 'queued' }, {}], { state: 'queued' }),
    'state processing': differing(makeNotification, [{ state: 'processing' }, {}], { state: 'processing' }),
    'state error': differing(makeNotification, [{ state: 'error' }, {}], { state: 'error' }),
  },
  refuses: {
    'an empty channel': {
      insert: (db) => makeNotification(db, { channel: '' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'channel' }] },
    },
    'a channel of more than 255 characters': {
      insert: (db) => makeNotification(db, { channel: 'c'.repeat(256) }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'channel' }] },
    },
    'an unknown state': {
      insert: (db) => makeNotification(db, { state: 'done' as never }),
      error: { code: 'VALIDATION_ERROR' },
    },
  },
  documents: {
    content: async (db, value) => (await makeNotification(db, { content: value })).content,
  },
});
