import type { Client } from '@attune/contract';
import { getExecution, insertPermissionSet, listAuditEvents } from '@attune/db';
import { makeAction, makeEnforcement, makeEvent, makeExecution, makeWorker } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { executionToken } from '../testing/execution-token.js';
import { everything, useTestApi } from '../testing/test-api.js';

const test_api = useTestApi();
const secret = 'hunter2-hunter2';
const reading: Grant[] = [
  { resource: 'executions', actions: ['read'] },
  { resource: 'actions', actions: ['execute'] },
];
let admin: Client;
let reader: Client;
let action_ref: string;

beforeAll(async () => {
  admin = await test_api.client([
    ...everything,
    { resource: 'executions', actions: ['decrypt'] },
    { resource: 'enforcements', actions: ['decrypt'] },
  ]);
  reader = await test_api.client(reading);
  const param_schema = { token: { type: 'string', secret: true }, host: { type: 'string' } };
  action_ref = (await makeAction(test_api.db, { param_schema })).ref;
});

const run = async () =>
  (
    await admin.executions.execute({
      body: { action_ref, parameters: { token: secret, host: 'a' }, env_vars: { PASS: secret } },
    })
  ).data;

test('secret values are shown to who asks for them and holds executions:decrypt; that is audited', async () => {
  const { id, config } = await run();
  expect(config).toEqual({ token: null, host: 'a' });
  const query = { include_secret_values: true };
  await expect(reader.executions.get({ params: { id }, query })).rejects.toMatchObject({ status: 403 });
  expect(JSON.stringify(await reader.executions.get({ params: { id } }))).not.toContain(secret);
  expect((await admin.executions.get({ params: { id }, query })).data).toMatchObject({
    config: { token: secret },
    env_vars: { PASS: secret },
  });
  const filter = { event_type: 'execution.decrypted', resource_id: id };
  expect((await listAuditEvents(test_api.db, filter, { limit: 5 })).items).toHaveLength(1);
});

test('a run is repeated with its secrets by who never saw them', async () => {
  const first = await run();
  const { data } = await reader.executions.rerun({ params: { id: first.id } });
  expect(data).toMatchObject({
    original_execution: first.id,
    config: { token: null, host: 'a' },
    status: 'requested',
  });
  const stored = await getExecution(test_api.db, data.id);
  expect(stored).toMatchObject({ env_vars: { PASS: secret }, executor: expect.any(Number) });
  expect(JSON.stringify(stored.config)).not.toContain(secret);
  expect(test_api.opened(stored.config)).toEqual({ token: secret, host: 'a' });
  const sight = await test_api.client([{ resource: 'executions', actions: ['read'] }]);
  await expect(sight.executions.rerun({ params: { id: first.id } })).rejects.toMatchObject({ status: 403 });
});

test('a rerun that is sent twice with one key runs once', async () => {
  const { id } = await run();
  const send = () => reader.executions.rerun({ params: { id }, idempotencyKey: `again-${id}` });
  const [one, two] = [await send(), await send()];
  expect(two.data.id).toBe(one.data.id);
});

test('a run gets the permission sets that its caller holds, and no others', async () => {
  const held = await insertPermissionSet(test_api.db, { ref: 'core.held', grants: reading });
  const more = await insertPermissionSet(test_api.db, {
    ref: 'core.more',
    grants: [{ resource: 'keys', actions: ['decrypt'] }],
  });
  const execute = (...refs: string[]) =>
    reader.executions.execute({ body: { action_ref, permission_set_refs: refs, priority: 7 } });
  expect((await execute(held.ref)).data).toMatchObject({ permission_set_refs: [held.ref], priority: 7 });
  await expect(execute(held.ref, more.ref)).rejects.toMatchObject({ status: 403 });
  await expect(execute('core.none')).rejects.toMatchObject({
    status: 422,
    details: [{ path: 'permission_set_refs' }],
  });
});

test('executions are counted and listed by state, parent and enforcement; one that is over is deleted', async () => {
  const { db } = test_api;
  const parent = await makeExecution(db, { status: 'running', action_ref });
  const child = await makeExecution(db, { parent: parent.id, action_ref });
  const over = await makeExecution(db, { status: 'failed', settled: true, action_ref });
  const enforcement = await makeEnforcement(db, { status: 'processed' });
  const ids = (page: { items: { id: number }[] }) => page.items.map(({ id }) => id);

  expect(ids(await admin.executionLists.children({ params: { id: parent.id } }))).toEqual([child.id]);
  expect(ids(await admin.executionLists.byStatus({ params: { status: 'failed' } }))).toContain(over.id);
  expect(ids(await admin.executionLists.ofEnforcement({ params: { id: enforcement.id } }))).toEqual([
    enforcement.execution,
  ]);
  expect(ids(await admin.executions.list({ query: { pack_name: action_ref.split('.')[0] } }))).toContain(
    over.id,
  );
  const { data } = await admin.executionLists.stats();
  expect(data.failed).toBeGreaterThanOrEqual(1);
  expect(data.total).toBe(
    data.completed +
      data.failed +
      data.running +
      data.pending +
      data.cancelled +
      data.timeout +
      data.abandoned,
  );
  await expect(admin.executions.delete({ params: { id: parent.id } })).rejects.toMatchObject({ status: 409 });
  expect(await admin.executions.delete({ params: { id: over.id } })).toMatchObject({ success: true });
  await expect(admin.executions.get({ params: { id: over.id } })).rejects.toMatchObject({ status: 404 });
});

test('an event that is not evaluated is not deleted, and who may not is not told of it', async () => {
  const event = await makeEvent(test_api.db);
  await expect(admin.events.delete({ params: { id: event.id } })).rejects.toMatchObject({ status: 409 });
  const stranger = await test_api.client([
    { resource: 'events', actions: ['manage', 'read'], constraints: { pack_refs: ['elsewhere'] } },
  ]);
  await expect(stranger.events.delete({ params: { id: event.id } })).rejects.toMatchObject({ status: 404 });
});

test.each([
  ['self', [true, false, false]],
  ['descendants', [true, true, false]],
] as const)(
  'a run whose scope is %s sees itself, and below it what that says',
  async (execution_scope, expected) => {
    const { db } = test_api;
    const person = await test_api.login([{ resource: 'executions', actions: ['read', 'cancel'] }]);
    const grants: Grant[] = [
      { resource: 'executions', actions: ['read', 'cancel'], constraints: { execution_scope } },
    ];
    const set = await insertPermissionSet(db, { ref: `core.scope_${execution_scope}`, grants });
    const sample = {
      status: 'running' as const,
      executor: person.identityId,
      permission_set_refs: [set.ref],
    };
    const own = await makeExecution(db, { ...sample, worker: await makeWorker(db), action_ref });
    const between = await makeExecution(db, { parent: own.id, action_ref });
    const below = await makeExecution(db, { parent: between.id, action_ref });
    const other = await makeExecution(db, { action_ref });
    const token = await executionToken(test_api, own, person.token);

    const seen = async (path: string) => (await test_api.request('GET', path, { token })).status === 200;
    const rows = [own.id, below.id, other.id];
    for (const end of ['', '/history', '/log']) {
      const seenRows = [];
      for (const id of rows) seenRows.push(await seen(`/api/v1/executions/${id}${end}`));
      expect(seenRows).toEqual(expected);
    }
    const listed = await test_api.request('GET', '/api/v1/executions', { token });
    const ids = (listed.body as { items?: { id: number }[] }).items?.map(({ id }) => id) ?? [];
    expect(rows.map((id) => ids.includes(id))).toEqual(expected);
    const cancelled = await test_api.request('POST', `/api/v1/executions/${other.id}/cancel`, {
      token,
      json: {},
    });
    expect(cancelled.status).toBe(404);
  },
);
