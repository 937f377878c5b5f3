import { deleteEvent, updateTrigger } from '@attune/db';
import type { Grant } from '@attune/domain';
import { useTestApi } from '../testing/test-api.js';
import type { Door } from '../testing/webhook-doors.js';
import { useDoors } from '../testing/webhook-doors.js';

const t = useTestApi();
const doors = useDoors(t, 'again');
const verification = { preset: 'bearer', secret: 'the-right-one' };
const proof = { authorization: 'Bearer the-right-one' };

async function delivered(body = '{"n":1}') {
  const door = await doors.open({ verification });
  await doors.deliver(door, body, { ...proof, 'x-github-event': 'push' });
  const [delivery] = await doors.log(door);
  if (delivery === undefined) throw new Error('the delivery is not in the log');
  return { door, delivery };
}

async function redeliver(door: Door, id: number, sent: { key?: string; token?: string } = {}) {
  const { key, token = await t.admin() } = sent;
  const path = `/api/v1/triggers/${door.ref}/webhooks/deliveries/${id}/redeliver`;
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  return t.request('POST', path, { token, headers });
}

test('an accepted delivery becomes a new event that says where it comes from, and who did it', async () => {
  const { door, delivery } = await delivered();
  const answer = await redeliver(door, delivery.id);
  expect(answer).toMatchObject({
    status: 202,
    body: { data: { trigger_ref: door.ref, duplicate: false, redelivery_of: delivery.id } },
  });
  const { event_id } = answer.body.data as { event_id: number };
  const [first, second, ...others] = await doors.events(door);
  expect(others).toEqual([]);
  expect(first?.id).toBe(delivery.event);
  expect(second).toMatchObject({ id: event_id, payload: { n: 1 }, trigger_ref: door.ref });
  expect(second?.config).toEqual({ ...(first?.config as object), redelivery_of: delivery.id });
  const audit = await t.db
    .selectFrom('audit_event')
    .selectAll()
    .where('event_type', '=', 'webhook.redelivered')
    .where('resource_ref', '=', door.ref)
    .execute();
  expect(audit).toMatchObject([
    { outcome: 'success', resource_id: door.id, details: { delivery: delivery.id, event: event_id } },
  ]);
  expect(audit[0]?.actor_identity).not.toBeNull();
});

test('under one Idempotency-Key it is done once, under another once more', async () => {
  const { door, delivery } = await delivered();
  const [first, again, other] = [
    await redeliver(door, delivery.id, { key: `a-${door.ref}` }),
    await redeliver(door, delivery.id, { key: `a-${door.ref}` }),
    await redeliver(door, delivery.id, { key: `b-${door.ref}` }),
  ];
  expect(again.body.data).toEqual(first.body.data);
  expect(other.body.data).not.toEqual(first.body.data);
  expect(await doors.events(door)).toHaveLength(3);
});

test('one Idempotency-Key is of one delivery', async () => {
  const [one, other] = [await delivered(), await delivered('{"n":2}')];
  const key = `c-${one.door.ref}`;
  expect((await redeliver(one.door, one.delivery.id, { key })).status).toBe(202);
  const answer = await redeliver(other.door, other.delivery.id, { key });
  expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'header.idempotency-key' }] } });
  expect(await doors.events(other.door)).toHaveLength(1);
});

test('what became no event cannot be delivered again, and the answer says why', async () => {
  const { door, delivery } = await delivered();
  await doors.deliver(door, '{}', { authorization: 'Bearer wrong' });
  const [refused] = await doors.log(door);
  expect(await redeliver(door, refused?.id ?? 0)).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', error: `delivery ${refused?.id} was refused; no body of it is kept` },
  });
  await t.db
    .updateTable('event')
    .set({ status: 'evaluated', evaluated_at: new Date(), matched: 0, announced_at: null })
    .where('id', '=', delivery.event)
    .execute();
  await deleteEvent(t.db, delivery.event ?? 0);
  expect(await redeliver(door, delivery.id)).toMatchObject({
    status: 409,
    body: { error: `event ${delivery.event} of delivery ${delivery.id} is no longer kept` },
  });
  expect((await redeliver(door, 4_711_000)).status).toBe(404);
  const other = await delivered();
  expect((await redeliver(door, other.delivery.id)).status).toBe(404);
});

test('a disabled trigger takes none again', async () => {
  const { door, delivery } = await delivered();
  await updateTrigger(t.db, door.id, { enabled: false });
  expect((await redeliver(door, delivery.id)).status).toBe(409);
  expect(await doors.events(door)).toHaveLength(1);
});

test('what fits the schema no longer is refused with its path', async () => {
  const { door, delivery } = await delivered();
  await updateTrigger(t.db, door.id, { out_schema: { n: { type: 'string' } } });
  expect(await redeliver(door, delivery.id)).toMatchObject({
    status: 422,
    body: { code: 'VALIDATION_ERROR' },
  });
  const audit = await t.db
    .selectFrom('audit_event')
    .selectAll()
    .where('resource_ref', '=', door.ref)
    .execute();
  expect(audit.map(({ event_type }) => event_type)).not.toContain('webhook.redelivered');
});

test.each<[string, Grant[], number]>([
  ['webhooks:manage alone', [{ resource: 'webhooks', actions: ['read', 'manage'] }], 403],
  ['events:create alone', [{ resource: 'events', actions: ['create'] }], 403],
  [
    'both, on another pack',
    [
      { resource: 'webhooks', actions: ['read', 'manage'] },
      { resource: 'events', actions: ['create'], constraints: { pack_refs: ['other'] } },
    ],
    403,
  ],
  [
    'both',
    [
      { resource: 'webhooks', actions: ['read', 'manage'] },
      { resource: 'events', actions: ['create'], constraints: { pack_refs: ['again'] } },
    ],
    202,
  ],
])('with %s it is answered by %3$i', async (_what, grants, status) => {
  const { door, delivery } = await delivered();
  const { token } = await t.login(grants);
  expect((await redeliver(door, delivery.id, { token })).status).toBe(status);
  expect(await doors.events(door)).toHaveLength(status === 202 ? 2 : 1);
});

describe('the log', () => {
  test('is listed in pages, by what became of the deliveries, and since when', async () => {
    const door = await doors.open({ verification });
    for (const authorization of [proof.authorization, 'Bearer wrong', proof.authorization, 'x', 'y']) {
      await doors.deliver(door, '{}', { authorization });
    }
    const list = async (query: object) => {
      const page = await doors.client.webhooks.deliveries({ params: { ref: door.ref }, query });
      return { codes: page.items.map(({ status_code }) => status_code), page };
    };
    const all = await list({});
    expect(all.codes).toEqual([401, 401, 202, 401, 202]);
    expect((await list({ status: 'accepted' })).codes).toEqual([202, 202]);
    expect((await list({ status: 'rejected' })).codes).toEqual([401, 401, 401]);
    const first = await list({ page_size: 2 });
    expect(first.codes).toEqual([401, 401]);
    const second = await list({ page_size: 2, cursor: first.page.pagination.next_cursor });
    expect(second.codes).toEqual([202, 401]);
    const since = new Date(Date.now() + 1000).toISOString();
    expect((await list({ since })).codes).toEqual([]);
    expect((await list({ since: new Date(Date.now() - 60_000).toISOString() })).codes).toHaveLength(5);
  });

  test('shows one delivery, of its own trigger only', async () => {
    const { door, delivery } = await delivered();
    const { data } = await doors.client.webhooks.delivery({ params: { ref: door.ref, id: delivery.id } });
    expect(data).toEqual(delivery);
    expect(data).toMatchObject({ status_code: 202, method: 'POST', headers: { 'x-github-event': 'push' } });
    const other = await doors.open({ verification });
    const path = `/api/v1/triggers/${other.ref}/webhooks/deliveries/${delivery.id}`;
    expect((await t.request('GET', path, { token: await t.admin() })).status).toBe(404);
  });
});
