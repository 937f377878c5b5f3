import { listAuditEvents } from '@attune/db';
import { eventCreated } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { buryEvent } from '../testing/bury-event.js';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();

const acts = async (event_type: string) => (await listAuditEvents(t.db, { event_type }, { limit: 50 })).items;

afterEach(async () => {
  const letters = await t.bus.listDeadLetters(100);
  await t.bus.dropDeadLetters(letters.map(({ id }) => id));
});

it('are listed oldest first, page by page, and shown with the ids they carry', async () => {
  const client = await t.client();
  const ids = [
    await buryEvent(t.bus, 1, 'first'),
    await buryEvent(t.bus, 2, 'second'),
    await buryEvent(t.bus, 3, 'third'),
  ];

  const first = await client.deadLetters.list({ query: { page_size: 2 } });
  const second = await client.deadLetters.list({ query: { page_size: 2, page: 2 } });

  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(first.pagination).toMatchObject({ has_next: true, has_previous: false });
  expect(second.items.map(({ reason }) => reason)).toEqual(['third']);
  expect(second.pagination).toMatchObject({ has_next: false, has_previous: true });
  expect((await client.deadLetters.get({ params: { id: ids[0] ?? '' } })).data).toMatchObject({
    type: 'event.created',
    queue: 'executor.events',
    reason: 'first',
    handler: 'test',
    attempts: 1,
    body: { eventIds: [1] },
  });
});

it('one that is requeued comes to its queue again, once, and is audited', async () => {
  const client = await t.client();
  const id = await buryEvent(t.bus, 17);
  const seen: number[] = [];
  const subscription = await t.bus.consume(eventCreated, { queue: 'executor.events' }, async (batch) => {
    seen.push(...batch.flatMap(({ body }) => body.eventIds));
    return batch.map(() => ({ kind: 'ack' as const }));
  });

  await client.deadLetters.requeue({ params: { id } });

  await waitUntil(() => seen.length > 0);
  expect(seen).toEqual([17]);
  expect((await client.deadLetters.list({})).items).toEqual([]);
  expect(await acts('dead_letter.requeued')).toMatchObject([
    { resource_ref: id, outcome: 'success', details: { queue: 'executor.events', reason: 'cannot read it' } },
  ]);
  await subscription.close();
});

it('one that is dropped is gone, the others stay', async () => {
  const client = await t.client();
  const [doomed, other] = [await buryEvent(t.bus, 1), await buryEvent(t.bus, 2)];

  await client.deadLetters.drop({ params: { id: doomed } });

  expect((await client.deadLetters.list({})).items.map(({ id }) => id)).toEqual([other]);
  expect(await acts('dead_letter.dropped')).toMatchObject([{ resource_ref: doomed }]);
});

it.each(['GET', 'DELETE', 'POST'])(
  '%s of one that is not there is 404, and nothing is recorded',
  async (method) => {
    const before = [...(await acts('dead_letter.requeued')), ...(await acts('dead_letter.dropped'))].length;
    const path = `/api/v1/dead-letters/none${method === 'POST' ? '/requeue' : ''}`;

    expect(await t.request(method, path, { token: await t.admin() })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });

    expect([...(await acts('dead_letter.requeued')), ...(await acts('dead_letter.dropped'))]).toHaveLength(
      before,
    );
  },
);

it('who may read the system sees them, and changes none', async () => {
  const id = await buryEvent(t.bus, 5);
  const { token } = await t.login([{ resource: 'system', actions: ['read'] }]);

  expect(await t.request('GET', `/api/v1/dead-letters/${id}`, { token })).toMatchObject({ status: 200 });
  expect(await t.request('DELETE', `/api/v1/dead-letters/${id}`, { token })).toMatchObject({ status: 403 });
  expect(await t.request('POST', `/api/v1/dead-letters/${id}/requeue`, { token })).toMatchObject({
    status: 403,
  });
  const others = everything.filter(({ resource }) => resource !== 'system');
  expect(
    await t.request('GET', '/api/v1/dead-letters', { token: (await t.login(others)).token }),
  ).toMatchObject({ status: 403 });
});
