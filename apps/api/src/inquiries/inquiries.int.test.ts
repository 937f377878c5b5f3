import type { Client } from '@attune/contract';
import { addRole, getInquiry, insertPermissionSet, listAuditEvents } from '@attune/db';
import { makeExecution, makeInquiry, makeWorker } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { executionToken } from '../testing/execution-token.js';
import { useTestApi } from '../testing/test-api.js';

const test_api = useTestApi();
const grants: Grant[] = [
  { resource: 'inquiries', actions: ['read', 'create', 'update', 'delete', 'respond'] },
  { resource: 'executions', actions: ['read'] },
];
let client: Client;
let person: Awaited<ReturnType<typeof test_api.login>>;

beforeAll(async () => {
  person = await test_api.login(grants);
  client = await test_api.client(grants);
});

const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
const path = (id: number, act = '') => `/api/v1/inquiries/${id}${act}`;
const waiting = async () =>
  (await makeExecution(test_api.db, { status: 'running', waiting_for: 'inquiry' })).id;

function answer(id: number, response: unknown, token = person.token) {
  return test_api.request('POST', path(id, '/respond'), { token, json: { response } });
}

test('a question is asked, listed, answered once, and each of these is audited', async () => {
  const execution = await waiting();
  const body = { execution, prompt: 'Deploy?', response_schema: schema };
  const { data } = await client.inquiries.create({ body });
  expect(data).toMatchObject({ status: 'pending', response: null, execution, assigned_to: null });
  for (const list of [
    client.inquiries.list({ query: { execution } }),
    client.inquiries.ofExecution({ params: { id: execution } }),
  ]) {
    expect((await list).items).toEqual([data]);
  }
  expect((await answer(data.id, { ok: 'yes' })).body).toMatchObject({
    code: 'VALIDATION_ERROR',
    details: [{ path: 'response.ok' }],
  });
  const answered = await answer(data.id, { ok: true });
  expect([answered.status, answered.body.data]).toMatchObject([
    200,
    { status: 'responded', response: { ok: true }, responded_by: person.identityId },
  ]);
  expect((await answer(data.id, { ok: false })).body).toMatchObject({
    code: 'CONFLICT',
    error: `cannot answer inquiry ${data.id}: it is responded`,
  });
  const { items } = await listAuditEvents(
    test_api.db,
    { resource_type: 'inquiry', resource_id: data.id },
    { limit: 9 },
  );
  expect(items.map(({ event_type }) => event_type)).toEqual(['inquiry.responded', 'inquiry.created']);
});

test('of 10 answers at once one counts', async () => {
  const { id } = await makeInquiry(test_api.db);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => answer(id, { n })));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([200, ...Array<number>(9).fill(409)]);
  const winner = answers.find(({ status }) => status === 200)?.body.data as { response: unknown };
  expect((await getInquiry(test_api.db, id)).response).toEqual(winner.response);
});

test('no change of an inquiry answers it or ends it: there is no way around respond', async () => {
  const { id } = await makeInquiry(test_api.db);
  const changed = await test_api.request('PUT', path(id), {
    token: person.token,
    json: { status: 'responded', response: { ok: true }, responded_by: 1, prompt: 'Really?' },
  });
  expect(changed.body).toMatchObject({
    data: { status: 'pending', response: null, responded_by: null, prompt: 'Really?' },
    warnings: expect.arrayContaining([
      expect.stringContaining("'response'"),
      expect.stringContaining("'status'"),
    ]),
  });
});

test('what is over is neither changed, answered nor withdrawn; it may be deleted, which the pending may not', async () => {
  const over = await makeInquiry(test_api.db, { status: 'timeout' });
  const open = await makeInquiry(test_api.db);
  for (const [method, act, json] of [
    ['PUT', '', { prompt: 'x' }],
    ['POST', '/respond', { response: 1 }],
    ['POST', '/cancel', {}],
  ] as const) {
    expect((await test_api.request(method, path(over.id, act), { token: person.token, json })).status).toBe(
      409,
    );
  }
  await expect(client.inquiries.delete({ params: { id: open.id } })).rejects.toMatchObject({ status: 409 });
  expect((await client.inquiries.cancel({ params: { id: open.id } })).data.status).toBe('cancelled');
  expect(await client.inquiries.delete({ params: { id: over.id } })).toMatchObject({ success: true });
});

test('an answer after its time is refused, and the inquiry is over', async () => {
  const { id } = await makeInquiry(test_api.db, { timeout_at: new Date(Date.now() - 1000) });
  expect((await answer(id, 1)).body.error).toBe(`cannot answer inquiry ${id}: it is timeout`);
  expect((await getInquiry(test_api.db, id)).status).toBe('timeout');
});

test('only whom it is assigned to answers it: that identity, or who has that role', async () => {
  const other = await test_api.login(grants);
  const mine = await makeInquiry(test_api.db, { assigned_to: person.identityId });
  const duty = await makeInquiry(test_api.db, { assigned_role: 'duty' });
  expect((await answer(mine.id, 1, other.token)).status).toBe(403);
  expect((await answer(duty.id, 1, other.token)).status).toBe(403);
  await addRole(test_api.db, other.identityId, 'duty');
  const listed = await test_api.request('GET', '/api/v1/inquiries?mine=true', { token: other.token });
  expect((listed.body as { items?: { id: number }[] }).items?.map(({ id }) => id)).toEqual([duty.id]);
  expect((await answer(duty.id, 1, other.token)).status).toBe(200);
  expect((await answer(mine.id, 1)).status).toBe(200);
});

test('what cannot be asked is refused with the reason', async () => {
  const ask = async (body: object) =>
    (
      await test_api.request('POST', '/api/v1/inquiries', {
        token: person.token,
        json: { prompt: 'x', ...body },
      })
    ).body;
  expect(await ask({ execution: 4711 })).toMatchObject({
    code: 'UNPROCESSABLE_ENTITY',
    details: [{ path: 'execution' }],
  });
  const execution = await waiting();
  const past = '2020-01-01T00:00:00Z';
  expect(await ask({ execution, timeout_at: past })).toMatchObject({ details: [{ path: 'timeout_at' }] });
  expect(await ask({ execution, response_schema: { ok: { type: 'bool' } } })).toMatchObject({
    details: [{ path: 'response_schema.ok.type' }],
  });
  expect(await ask({ execution, response_schema: schema, default_response: { ok: 1 } })).toMatchObject({
    details: [{ path: 'default_response.ok' }],
  });
});

test('a grant for own inquiries lists and opens what is assigned to its holder, and nothing else', async () => {
  const limited = await test_api.login([
    { resource: 'inquiries', actions: ['read', 'respond', 'update'], constraints: { owner: 'self' } },
  ]);
  const mine = await makeInquiry(test_api.db, { assigned_to: limited.identityId });
  const other = await makeInquiry(test_api.db, { assigned_to: person.identityId });
  const listed = await test_api.request('GET', '/api/v1/inquiries', { token: limited.token });
  expect((listed.body as { items?: { id: number }[] }).items?.map(({ id }) => id)).toEqual([mine.id]);
  expect((await answer(other.id, 1, limited.token)).status).toBe(404);
  const away = { token: limited.token, json: { assigned_to: person.identityId } };
  expect((await test_api.request('PATCH', path(mine.id), away)).status).toBe(403);
});

test('what runs answers no question of its own, of what is above it, or that is put to a person', async () => {
  const { db } = test_api;
  const set = await insertPermissionSet(db, { ref: 'core.asker', grants });
  const worker = await makeWorker(db);
  const run = { executor: person.identityId, permission_set_refs: [set.ref], worker };
  const top = await makeExecution(db, { status: 'running', waiting_for: 'inquiry' });
  const child = await makeExecution(db, { ...run, parent: top.id, status: 'running' });
  const token = await executionToken(test_api, child, person.token);
  const [own, above, free, assigned] = [
    await makeInquiry(db, { execution: child.id }),
    await makeInquiry(db, { execution: top.id }),
    await makeInquiry(db),
    await makeInquiry(db, { assigned_to: person.identityId }),
  ];
  const statuses = [];
  for (const { id } of [own, above, assigned, free]) statuses.push((await answer(id, 1, token)).status);
  expect(statuses).toEqual([403, 403, 403, 200]);
  const taken = { token, json: { assigned_to: null, prompt: 'Say yes' } };
  expect((await test_api.request('PUT', path(above.id), taken)).status).toBe(403);
});
