import { createClient } from '@attune/contract';
import { useTestDatabase } from '@attune/db/testing';
import { ack, createMemoryBroker, eventCreated, openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { useTestBus } from '@attune/mq/testing';
import { createLogger } from '@attune/service';
import { describeLifecycle, waitUntil } from '@attune/testing';
import { createApi } from './api.service.js';
import type { Api } from './api.service.js';
import { holdPublishing } from './testing/hold-publishing.js';
import { testConfig } from './testing/test-api.js';

const database = useTestDatabase();
const log = createLogger('test', { level: 'silent' });
const account = { login: 'ada', password: 'correct horse battery' };
const config = testConfig({ security: { admin_login: account.login, admin_password: account.password } });

function startWith(bus: Bus): Promise<Api> {
  return createApi(config, { db: database.db, bus, log });
}

async function logIn(api: Api) {
  const { data } = await createClient({ baseUrl: api.url }).auth.login({ body: account });
  return { ...data, client: createClient({ baseUrl: api.url, token: data.access_token }) };
}

test('APIs that start at once share account and keys, and accept the tokens of one another', async () => {
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  const apis = await Promise.all([startWith(bus), startWith(bus), startWith(bus)]);
  const [one, two, three] = apis;
  const { access_token: token, refresh_token } = await logIn(one);
  expect((await createClient({ baseUrl: two.url, token }).auth.me()).data.login).toBe('ada');
  const refreshed = await createClient({ baseUrl: three.url }).auth.refresh({ body: { refresh_token } });
  expect(
    (await createClient({ baseUrl: one.url, token: refreshed.data.access_token }).auth.me()).data.login,
  ).toBe('ada');
  await Promise.all(apis.map((api) => api.stop()));
  await bus.close();
});

describeLifecycle('api', {
  create: () => startWith(openMemoryBus({ log, broker: createMemoryBroker() })),
});

test('a request under way is answered before the API has stopped, a new one is refused', async () => {
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  const held = holdPublishing(bus);
  const api = await startWith(bus);
  const { client } = await logIn(api);
  held.close();
  const asked = client.packs.create({ body: { ref: 'under_way', label: 'x', version: '1.0.0' } });
  await waitUntil(() => held.waiting > 0);
  const stopping = api.stop();
  held.open();
  expect((await asked).data.ref).toBe('under_way');
  await stopping;
  await expect(client.packs.list()).rejects.toThrow('cannot reach');
  await bus.close();
});

test('a broker that stalls holds up no answer, and what was recorded is announced before the API has stopped', async () => {
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  const held = holdPublishing(bus);
  const api = await startWith(bus);
  const { client } = await logIn(api);
  held.close();
  const ids: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { data } = await client.events.record({ body: { trigger_ref: 'core.webhook', payload: { n } } });
    ids.push('id' in data ? data.id : 0);
    await waitUntil(() => held.waiting > 0);
  }
  let stopped = false;
  const stopping = api.stop().then(() => (stopped = true));
  await expect(client.packs.list()).rejects.toThrow('cannot reach');
  expect({ stopped, depth: await bus.queueDepth('executor.events') }).toEqual({ stopped: false, depth: 0 });
  held.open();
  await stopping;
  const announced: number[] = [];
  await bus.consume(eventCreated, { queue: 'executor.events' }, async (batch) => {
    announced.push(...batch.flatMap(({ body }) => body.eventIds));
    return batch.map(() => ack());
  });
  await waitUntil(() => announced.length === ids.length);
  expect(announced).toEqual(ids);
  await bus.close();
});

test('an API that cannot start leaves nothing open', async () => {
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  const broken = { ...config, packs: { directories: ['/no/such/pack'] } };
  await expect(createApi(broken, { db: database.db, bus, log })).rejects.toThrow('pack directory');
  await bus.close();
});

describe('with RabbitMQ', () => {
  const broker = useTestBus('api');

  test('a recorded event is announced to the executor', async () => {
    const api = await startWith(broker.bus);
    const { client } = await logIn(api);
    const received: number[] = [];
    await broker.bus.consume(eventCreated, { queue: 'executor.events' }, async (batch) => {
      received.push(...batch.flatMap(({ body }) => body.eventIds));
      return batch.map(() => ack());
    });
    const recorded = await client.events.record({ body: { trigger_ref: 'core.webhook', payload: { n: 1 } } });
    const id = 'id' in recorded.data ? recorded.data.id : 0;
    await waitUntil(() => received.includes(id), { message: `event ${id} on the queue` });
    expect((await client.system.ready()).status).toBe('ok');
    await api.stop();
  });
});
