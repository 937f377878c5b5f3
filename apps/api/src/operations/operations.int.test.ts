import type { Client } from '@attune/contract';
import { insertNotification, listAuditEvents, listRetention } from '@attune/db';
import { makeExecution, makeWorker } from '@attune/db/testing';
import { everything, useTestApi } from '../testing/test-api.js';

const test_api = useTestApi();
let client: Client;
let token: string;

beforeAll(async () => {
  client = await test_api.client();
  ({ token } = await test_api.login(everything));
});

const acts = async (event_type: string) =>
  (await listAuditEvents(test_api.db, { event_type }, { limit: 50 })).items;

test('a worker is shown with its load, cordoned with a reason, and given work again', async () => {
  const worker = await makeWorker(test_api.db, { slots: 2 });
  const gone = await makeWorker(test_api.db, { leaseMs: -1000 });
  await makeExecution(test_api.db, { status: 'running', worker });
  const params = { id: worker.id };
  expect((await client.workers.get({ params })).data).toMatchObject({
    health_state: 'active',
    heartbeat_stale: false,
    load: { running: 1, total_active: 1, max_concurrent_executions: 2, utilization_percent: 50 },
  });
  await makeExecution(test_api.db, { status: 'running', worker });
  expect((await client.workers.get({ params })).data.health_state).toBe('busy');
  const cordoned = await client.workers.cordon({ params, body: { reason: 'new disk' } });
  expect(cordoned.data).toMatchObject({
    cordoned: true,
    cordon_reason: 'new disk',
    health_state: 'cordoned',
  });
  expect((await client.workers.list({ query: { cordoned: true } })).items.map(({ id }) => id)).toEqual([
    worker.id,
  ]);
  expect((await client.workers.uncordon({ params })).data).toMatchObject({
    cordoned: false,
    cordon_reason: null,
  });
  expect((await client.workers.get({ params: { id: gone.id } })).data).toMatchObject({
    health_state: 'offline',
    heartbeat_stale: true,
    load: { total_active: 0 },
  });
  expect(await acts('worker.*')).toMatchObject([
    { event_type: 'worker.uncordoned' },
    { event_type: 'worker.cordoned', details: { reason: 'new disk' }, resource_ref: worker.name },
  ]);
});

test('a grant for some workers lists and steers these alone', async () => {
  const [one, two] = [await makeWorker(test_api.db), await makeWorker(test_api.db)];
  const limited = await test_api.client([
    { resource: 'workers', actions: ['read', 'manage'], constraints: { ids: [one.id] } },
  ]);
  expect((await limited.workers.list()).items.map(({ id }) => id)).toEqual([one.id]);
  await expect(limited.workers.cordon({ params: { id: two.id }, body: {} })).rejects.toMatchObject({
    status: 404,
  });
  expect((await limited.workers.cordon({ params: { id: one.id }, body: {} })).data.cordoned).toBe(true);
});

test('a preview says when a timer fires, across the change of clocks, and says what is wrong with it', async () => {
  const preview = (trigger_params: Record<string, unknown>, count?: number) =>
    client.timers.preview({
      body: { trigger_ref: 'core.crontimer', trigger_params, count, after: '2026-03-28T00:00:00Z' },
    });
  const { data } = await preview({ expression: '30 9 * * *', timezone: 'Europe/Berlin' }, 2);
  expect(data.instants).toEqual(['2026-03-28T08:30:00.000Z', '2026-03-29T07:30:00.000Z']);
  expect((await preview({ expression: '0 0 * * *', max_fires: 3 })).data.instants).toHaveLength(3);
  await expect(preview({ expression: 'never' })).rejects.toMatchObject({
    status: 422,
    details: [{ path: 'expression' }],
  });
  await expect(preview({ expression: '0 0 * * *' }, 101)).rejects.toMatchObject({ status: 422 });
});

test('reading the audit trail is in the audit trail, with what was looked for', async () => {
  const answer = await test_api.request('GET', '/api/v1/audit-events?event_type=worker.*&page_size=2', {
    token,
  });
  expect(answer.status).toBe(200);
  const request_id = answer.body.request_id ?? answer.headers.get('x-request-id') ?? '';
  const { items } = await client.auditEvents.byRequest({ params: { request_id } });
  expect(items).toMatchObject([
    { event_type: 'audit_log.read', request_id, details: { filter: { event_type: 'worker.*' } } },
  ]);
  expect((await client.auditEvents.get({ params: { id: items[0]?.id ?? 0 } })).data).toEqual(items[0]);
});

test('the trail is paged by cursor without gaps', async () => {
  const first = await client.auditEvents.list({ query: { page_size: 2, event_type: 'auth.login' } });
  const cursor = first.pagination.next_cursor;
  expect(cursor).toBeDefined();
  const second = await client.auditEvents.list({ query: { page_size: 2, event_type: 'auth.login', cursor } });
  const ids = [...first.items, ...second.items].map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => b - a));
});

test('retention is changed for what is named, all or nothing, and says before and after', async () => {
  const before = (await client.retention.get()).data.targets;
  const { data } = await client.retention.patch({
    body: { targets: { event: { max_age_seconds: 86_400 } } },
  });
  expect(data.targets).toEqual({
    ...before,
    event: { ...before['event'], max_age_seconds: 86_400, updated: expect.any(String) },
  });
  expect(await acts('retention.updated')).toMatchObject([
    { resource_ref: 'event', details: { before: 2_592_000, after: 86_400 } },
  ]);
  const wrong = { enforcement: { max_age_seconds: 1 }, execution_logs: { max_age_seconds: 1 } };
  await expect(client.retention.update({ body: { targets: wrong } })).rejects.toMatchObject({
    status: 422,
    details: [{ path: 'targets.execution_logs', hint: expect.stringContaining("'execution_log'") }],
  });
  const rows = await listRetention(test_api.db);
  expect(rows.find(({ target }) => target === 'enforcement')?.max_age_seconds).toBe(2_592_000);
});

test('notifications are listed by their state, and it changes', async () => {
  const values = { channel: 'c', entity_type: 'rule', entity: '1', activity: 'new', content: { n: 1 } };
  const { id } = await insertNotification(test_api.db, values);
  await client.notifications.update({ params: { id }, body: { state: 'queued' } });
  const { items } = await client.notifications.list({ query: { state: 'queued' } });
  expect(items).toMatchObject([{ id, state: 'queued', content: { n: 1 } }]);
});

test('health tells anybody whether, and only operators what', async () => {
  for (const path of ['/health', '/health/live', '/health/ready']) {
    expect((await test_api.request('GET', path)).body).toEqual({ status: 'ok' });
  }
  expect((await test_api.request('GET', '/health/detailed')).status).toBe(401);
  expect((await test_api.request('GET', '/health/detailed', { token })).body).toMatchObject({
    status: 'ok',
    checks: { database: { ok: true } },
  });
  const metrics = await client.system.metrics();
  expect(metrics.headers.get('content-type')).toContain('text/plain');
});
