import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@attune/testing';
import { WebSocket } from 'ws';
import { awaitQuiet, unequal } from './system/books.testing.js';
import { startFiveProcesses } from './system/five-processes.testing.js';
import { startOneProcess } from './system/one-process.testing.js';
import type { TestSystem } from './system/test-system.testing.js';

const body = readFileSync(join(__dirname, '../../../packs/examples/github/samples/push.json'));

describe.each([
  { bus: 'RabbitMQ, five processes', start: () => startFiveProcesses() },
  { bus: 'in-process bus, one process', start: startOneProcess },
])('one signed GitHub push, on the $bus', ({ start }) => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await start();
  }, 90_000);

  afterAll(() => system.stop());

  it('becomes an event, an enforcement, an execution and a result, which subscribers hear of', async () => {
    const heard = await subscribe(system);
    const deliver = await openWebhook(system);

    const { data: accepted } = await deliver(randomUUID());
    const books = await awaitQuiet(system.database);

    const { items } = await system.client.enforcements.list({ query: { event: accepted.event_id ?? 0 } });
    const { data: run } = await system.client.executions.get({ params: { id: items[0]?.execution ?? 0 } });
    expect(run).toMatchObject({
      status: 'completed',
      action_ref: 'github.describe_push',
      rule_ref: 'github.main_push',
      cause_event: accepted.event_id,
      result: { exit_code: 0, succeeded: true, data: { commit_count: expect.any(Number) } },
    });
    expect(unequal(books)).toEqual([]);
    await waitUntil(() => heard().includes(`execution ${run.id} completed`), {
      message: () => `the notice of the result among ${heard().join(', ')}`,
    });
    expect(heard()).toContain(`event ${accepted.event_id} created`);
  }, 60_000);

  it('is one event when GitHub delivers it twice', async () => {
    const deliver = await openWebhook(system);
    const delivery = randomUUID();

    const answers = [await deliver(delivery), await deliver(delivery)];

    expect(answers.map(({ data }) => data.duplicate)).toEqual([false, true]);
    expect(answers[1]?.data.event_id).toBe(answers[0]?.data.event_id);
  });
});

async function openWebhook({ client }: TestSystem) {
  const secret = randomUUID();
  const { data } = await client.webhooks.enable({
    params: { ref: 'github.push' },
    body: { verification: { preset: 'github', secret } },
  });
  return (delivery: string) =>
    client.webhooks.receivePost({
      params: { key: data.key ?? '' },
      rawBody: body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': delivery,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    });
}

interface Change {
  type: string;
  entity_type: string;
  entity_id: number;
  change: string;
  status?: string;
}

/** Subscribes to everything, and answers what was heard so far as `<entity> <id> <change or status>`. */
async function subscribe({ notifierUrl, accessToken }: TestSystem): Promise<() => string[]> {
  const socket = new WebSocket(`${notifierUrl}/ws`, { headers: { authorization: `Bearer ${accessToken}` } });
  const heard: string[] = [];
  let subscribed = false;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Change;
    if (message.type === 'subscribed') subscribed = true;
    if (message.type !== 'change') return;
    for (const word of [message.change, message.status]) {
      heard.push(`${message.entity_type} ${message.entity_id} ${word ?? ''}`);
    }
  });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 'all', filter: {} })));
  await waitUntil(() => subscribed, { message: 'the subscription' });
  return () => heard;
}
