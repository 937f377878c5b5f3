import type { Client } from './client.js';

/** Never called: it compiles, or the types of the client are wrong. */
export async function useClient(client: Client): Promise<void> {
  const created = await client.rules.create({
    body: { ref: 'p.r', label: 'R', trigger_ref: 'p.t', action_ref: 'p.a' },
  });
  const label: string = created.data.label;
  const page = await client.executions.list();
  const next: string | undefined = page.pagination.next_cursor;
  await client.executions.list({ query: { page_size: 10, status: 'running', top_level_only: true } });
  await client.executions.get({ params: { id: 17 } });
  const health = await client.system.health();
  const status: 'ok' | 'error' = health.status;
  const recorded = await client.events.record({ body: { trigger_ref: 'p.t' }, idempotencyKey: 'x' });
  if ('id' in recorded.data) await client.events.get({ params: { id: recorded.data.id } });
  for await (const event of client.followLog(17)) {
    const text: string = event.event === 'chunk' ? event.data.content : event.data.status;
    void text;
  }
  await client.webhooks.receivePost({ params: { key: 'wh_1' }, rawBody: '{}', headers: { 'x-a': 'b' } });
  // @ts-expect-error the id is missing
  await client.executions.get();
  // @ts-expect-error no such field
  await client.rules.list({ query: { colour: 'red' } });
  // @ts-expect-error the label is missing
  await client.rules.create({ body: { ref: 'p.r', trigger_ref: 'p.t', action_ref: 'p.a' } });
  void [label, next, status];
}

test('calls are typed by the contract', () => {
  expect(typeof useClient).toBe('function');
});
