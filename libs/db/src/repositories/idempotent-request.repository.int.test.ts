import { makeIdentity, useTestDatabase } from '../testing/index.js';
import {
  beginIdempotentRequest,
  deleteOldIdempotentRequests,
  dropIdempotentRequest,
  finishIdempotentRequest,
} from './idempotent-request.repository.js';

const database = useTestDatabase();
let owner: number;
const id = (key: string) => ({ owner, key });
const request = (key: string, request_hash = 'h') => ({ ...id(key), request_hash });

beforeAll(async () => {
  owner = (await makeIdentity(database.db)).id;
});

async function age(key: string, column: 'created' | 'begun_at', time: Date): Promise<void> {
  await database.db
    .updateTable('idempotent_request')
    .set({ [column]: time })
    .where('key', '=', key)
    .execute();
}

it('of 20 requests with the same key one begins, and later ones get its answer', async () => {
  const { db } = database;

  const begun = await Promise.all(
    Array.from({ length: 20 }, () => beginIdempotentRequest(db, request('race'))),
  );
  await finishIdempotentRequest(db, { ...id('race'), answer: { status: 201 } });
  await finishIdempotentRequest(db, { ...id('race'), answer: 'second' });

  expect(begun.filter(({ state }) => state === 'begun')).toHaveLength(1);
  expect(begun.filter(({ state }) => state === 'running')).toHaveLength(19);
  expect(await beginIdempotentRequest(db, request('race'))).toEqual({
    state: 'answered',
    answer: { status: 201 },
  });
});

it('the key of another request is refused; a failed request frees its key', async () => {
  const { db } = database;
  await beginIdempotentRequest(db, request('mine'));

  expect(await beginIdempotentRequest(db, request('mine', 'other'))).toEqual({ state: 'different' });
  await dropIdempotentRequest(db, id('mine'));
  expect(await beginIdempotentRequest(db, request('mine', 'other'))).toEqual({ state: 'begun' });
});

it('a request whose process died may be begun again, and is forgotten after a day', async () => {
  const { db } = database;
  await beginIdempotentRequest(db, request('dead'));
  await age('dead', 'begun_at', new Date(Date.now() - 180_000));

  expect(await beginIdempotentRequest(db, request('dead'))).toEqual({ state: 'begun' });
  await age('dead', 'created', new Date(Date.now() - 25 * 3_600_000));
  expect(await deleteOldIdempotentRequests(db, 10)).toBe(1);
  expect(await deleteOldIdempotentRequests(db, 10)).toBe(0);
});
