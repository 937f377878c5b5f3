import { makeIdentity, useTestDatabase } from '../testing/index.js';
import {
  beginIdempotentRequest,
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

it('a request whose process died may be begun again, with the same content', async () => {
  const { db } = database;
  await beginIdempotentRequest(db, request('dead'));
  await db
    .updateTable('idempotent_request')
    .set({ begun_at: new Date(Date.now() - 180_000) })
    .where('key', '=', 'dead')
    .execute();

  expect(await beginIdempotentRequest(db, request('dead', 'other'))).toEqual({ state: 'different' });
  expect(await beginIdempotentRequest(db, request('dead'))).toEqual({ state: 'begun' });
  expect(await beginIdempotentRequest(db, request('dead'))).toEqual({ state: 'running' });
});
