import type { Client } from '@attune/contract';
import { makeEvent } from '@attune/db/testing';
import { eventCreated } from '@attune/mq';
import type { Subscription } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
let client: Client;

beforeAll(async () => {
  client = await t.client();
  await client.packs.create({ body: { ref: 'ops', label: 'Operations', version: '1.0.0' } });
  await client.triggers.create({
    body: { ref: 'ops.alarm', label: 'Alarm', out_schema: { level: { type: 'integer', required: true } } },
  });
  await client.triggers.create({ body: { ref: 'ops.any', label: 'Any' } });
});

async function post(json: unknown, headers: Record<string, string> = {}) {
  return t.request('POST', '/api/v1/events', { token: await t.admin(), json, headers });
}

async function countEvents(): Promise<number> {
  const query = t.db.selectFrom('event').select((eb) => eb.fn.countAll<number>().as('rows'));
  return (await query.executeTakeFirstOrThrow()).rows;
}

test('one event is recorded and can be read', async () => {
  const { data } = await client.events.record({ body: { trigger_ref: 'ops.alarm', payload: { level: 3 } } });
  if (!('id' in data)) throw new Error('one event gives one id');
  expect(data).toEqual({ id: expect.any(Number), trigger_ref: 'ops.alarm', duplicate: false });
  const shown = await client.events.get({ params: { id: data.id } });
  expect(shown.data).toMatchObject({ trigger_ref: 'ops.alarm', payload: { level: 3 }, status: 'pending' });
});

test('a batch of a thousand is recorded in order, announced, and one more is refused', async () => {
  const announced: number[] = [];
  const subscription = await consumeEvents(announced);
  const events = Array.from({ length: 1000 }, (_, level) => ({
    trigger_ref: 'ops.alarm',
    payload: { level },
  }));
  const { data } = await client.events.record({ body: { events } });
  if (!('events' in data)) throw new Error('a batch gives a list');
  expect(data.events).toHaveLength(1000);
  const last = await client.events.get({ params: { id: data.events[999]?.id ?? 0 } });
  expect(last.data.payload).toEqual({ level: 999 });
  await waitUntil(() => data.events.every(({ id }) => announced.includes(id)));
  await subscription.close();

  const tooMany = await post({ events: [...events, events[0]] });
  expect(tooMany).toMatchObject({ status: 422, body: { details: [{ path: 'events' }] } });
});

test.each([
  ['an unknown trigger', { trigger_ref: 'ops.alrm' }, 'trigger_ref', "did you mean 'ops.alarm'?"],
  [
    'a payload that does not fit',
    { trigger_ref: 'ops.alarm', payload: { level: 'high' } },
    'payload.level',
    undefined,
  ],
  ['a missing payload', { trigger_ref: 'ops.alarm' }, 'payload.level', undefined],
  ['a dedupe key that is empty', { trigger_ref: 'ops.any', dedupe_key: '' }, 'dedupe_key', undefined],
  ['a trigger ref that is none', { trigger_ref: 'Alarm' }, 'trigger_ref', undefined],
  [
    'a payload that cannot be stored',
    { trigger_ref: 'ops.any', payload: { a: '\u0000' } },
    'payload',
    undefined,
  ],
])('%s is refused at its path, and nothing is stored', async (_what, event, path, hint) => {
  const before = await countEvents();
  const { status, body } = await post(event);
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'VALIDATION_ERROR' });
  expect(body.details?.[0]).toMatchObject({ path, ...(hint === undefined ? {} : { hint }) });
  expect(await countEvents()).toBe(before);
});

test('a batch with one bad event is refused whole, with its place', async () => {
  const before = await countEvents();
  const good = { trigger_ref: 'ops.alarm', payload: { level: 1 } };
  const answer = await post({
    events: [good, good, { trigger_ref: 'ops.alarm', payload: {} }, { trigger_ref: 'no.such' }],
  });
  expect(answer.status).toBe(422);
  expect(answer.body.details?.map(({ path }) => path)).toEqual([
    'events[2].payload.level',
    'events[3].trigger_ref',
  ]);
  expect(await countEvents()).toBe(before);
});

test('a dedupe key gives the first event again', async () => {
  const event = { trigger_ref: 'ops.any', payload: { n: 1 }, dedupe_key: 'door-1' };
  const first = await post(event);
  const second = await post({ ...event, payload: { n: 2 } });
  expect(first.body.data).toMatchObject({ duplicate: false });
  expect(second.body.data).toMatchObject({ ...(first.body.data as object), duplicate: true });
});

test('the right for one trigger does not record events of another', async () => {
  const { token } = await t.login([
    { resource: 'events', actions: ['create'], constraints: { refs: ['ops.any'] } },
  ]);
  const send = async (json: unknown) => (await t.request('POST', '/api/v1/events', { token, json })).status;
  const any = { trigger_ref: 'ops.any' };
  expect(await send(any)).toBe(201);
  expect(await send({ trigger_ref: 'ops.alarm', payload: { level: 1 } })).toBe(403);
  expect(await send({ events: [any, { trigger_ref: 'ops.alarm', payload: { level: 1 } }] })).toBe(403);
});

test('events are listed newest first, without payloads, by trigger', async () => {
  await makeEvent(t.db, { trigger_ref: 'ops.any', payload: { secret: 1 } });
  const { items } = await client.events.list({
    query: { trigger_ref: 'ops.any', status: 'pending', page_size: 2 },
  });
  expect(items).toHaveLength(2);
  expect(items[0]?.id).toBeGreaterThan(items[1]?.id ?? 0);
  expect(items[0]).not.toHaveProperty('payload');
});

describe('Idempotency-Key', () => {
  test('the same request gives the same answer, and is done once', async () => {
    const headers = { 'idempotency-key': 'order-17' };
    const event = { trigger_ref: 'ops.alarm', payload: { level: 7 } };
    const first = await post(event, headers);
    const before = await countEvents();
    const again = await post({ payload: { level: 7 }, trigger_ref: 'ops.alarm' }, headers);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(await countEvents()).toBe(before);
  });

  test('another body under the key is refused', async () => {
    const headers = { 'idempotency-key': 'order-18' };
    await post({ trigger_ref: 'ops.any', payload: { n: 1 } }, headers);
    const other = await post({ trigger_ref: 'ops.any', payload: { n: 2 } }, headers);
    expect(other).toMatchObject({ status: 422, body: { details: [{ path: 'header.idempotency-key' }] } });
  });

  test('a refused request leaves its key free', async () => {
    const headers = { 'idempotency-key': 'order-19' };
    expect((await post({ trigger_ref: 'ops.alarm', payload: {} }, headers)).status).toBe(422);
    expect((await post({ trigger_ref: 'ops.alarm', payload: { level: 1 } }, headers)).status).toBe(201);
  });

  test('the keys of two callers do not meet', async () => {
    const headers = { 'idempotency-key': 'order-20' };
    const { token } = await t.login();
    await post({ trigger_ref: 'ops.any', payload: { n: 1 } }, headers);
    const other = await t.request('POST', '/api/v1/events', {
      token,
      headers,
      json: { trigger_ref: 'ops.any' },
    });
    expect(other.status).toBe(201);
  });

  test('of many at once one is done', async () => {
    const headers = { 'idempotency-key': 'order-21' };
    const before = await countEvents();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post({ trigger_ref: 'ops.any', payload: { n: 1 } }, headers)),
    );
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(await countEvents()).toBe(before + 1);
  });

  test('what a process left unfinished is found, not done twice', async () => {
    const headers = { 'idempotency-key': 'order-22' };
    const event = { trigger_ref: 'ops.any', payload: { n: 1 } };
    const first = await post(event, headers);
    const ofKey = t.db.updateTable('idempotent_request').where('key', '=', 'order-22');
    const begun_at = new Date(Date.now() - 3_600_000);
    await ofKey.set({ answered_at: null, answer: null, begun_at }).execute();
    const again = await post(event, headers);
    expect(again.body.data).toEqual({ ...(first.body.data as object), duplicate: true });
  });

  test('a key that is none is refused', async () => {
    const answer = await post({ trigger_ref: 'ops.any' }, { 'idempotency-key': 'a b' });
    expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'header.idempotency-key' }] } });
  });
});

function consumeEvents(announced: number[]): Promise<Subscription> {
  return t.bus.consume(eventCreated, { queue: 'executor.events', batchSize: 500 }, async (batch) => {
    announced.push(...batch.flatMap(({ body }) => body.eventIds));
    return batch.map(() => ({ kind: 'ack' }) as const);
  });
}
