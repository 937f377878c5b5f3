import type { Client } from '@attune/contract';
import { createClient } from '@attune/contract';
import { makeEvent } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);
const ruling: Grant[] = [
  { resource: 'rules', actions: ['create', 'read', 'update'] },
  { resource: 'actions', actions: ['execute'] },
];
let admin: Client;
let count = 0;

beforeAll(async () => {
  admin = await t.client([...everything, { resource: 'keys', actions: ['decrypt'] }]);
  const key = { owner_type: 'system', value: 'the-value' } as const;
  await admin.keys.create({ body: { ...key, ref: 'ops.token', name: 'ops' } });
  await admin.keys.create({ body: { ...key, ref: 'open', name: 'open', encrypted: false } });
  const conf_schema = {
    token: { type: 'string', secret: true },
    smtp: { type: 'object', properties: { password: { type: 'string', secret: true } } },
    team: { type: 'string' },
  };
  await ops.client.packs.update({
    params: { ref: 'ops' },
    body: { conf_schema, config: { token: 'pack-token', smtp: { password: 'p' }, team: 'blue' } },
  });
});

async function save(action_params: Record<string, unknown>, client = admin) {
  const ref = `ops.secret_${(count += 1)}`;
  const body = { ...opsRule, ref, action_params: { text: 'x', ...action_params } };
  return client.rules.create({ body }).then(
    () => ({ status: 201, details: [] }),
    ({ status, details }: { status: number; details: { path: string; message: string }[] }) => ({
      status,
      details: details.map(({ path, message }) => `${path} ${message}`),
    }),
  );
}

test.each([
  '{{ keys.ops.token }}',
  '{{ keys["ops.token"] }}',
  'Bearer {{ keys.ops.token }} {{ event.payload.host }}',
  '{{ pack.config.token }}',
  'Bearer {{ pack.config.smtp.password }}',
])('a parameter that is declared secret takes %s', async (token) => {
  expect(await save({ token })).toEqual({ status: 201, details: [] });
});

const misplaced = 'a secret may go only into a parameter that is declared secret';
test.each([
  [{ text: '{{ keys.ops.token }}' }, `action_params.text ${misplaced}`],
  [{ text: 'a {{ keys.ops.token }}' }, `action_params.text ${misplaced}`],
  [{ more: ['{{ pack.config.token }}'] }, `action_params.more[0] ${misplaced}`],
  [{ text: '{{ pack.config.smtp }}' }, `action_params.text ${misplaced}`],
  [{ token: '{{ upper(keys.ops.token) }}' }, 'action_params.token a key can only be named'],
  [{ token: '{{ keys }}' }, 'action_params.token a key can only be named'],
  [{ token: '{{ keys.ops.tokn }}' }, "action_params.token no key is called 'ops.tokn'"],
  [{ token: { $secret: [{ key: 'ops.token' }] } }, "action_params.token is reserved: '$secret'"],
])('a rule with %j is refused', async (params, expected) => {
  const { status, details } = await save(params);
  expect(status).toBe(422);
  expect(details[0]).toContain(expected);
  expect(details).toHaveLength(1);
});

test('nobody has a rule read a key for them that they may not read', async () => {
  const nobody = await t.client(ruling);
  const reader = await t.client([...ruling, { resource: 'keys', actions: ['read'] }]);
  const holder = await t.client([
    ...ruling,
    { resource: 'keys', actions: ['read', 'decrypt'], constraints: { refs: ['ops.token'] } },
  ]);

  expect(await save({ token: '{{ keys.ops.token }}' }, nobody)).toEqual({
    status: 422,
    details: ["action_params.token no key is called 'ops.token'"],
  });
  expect((await save({ token: '{{ keys.ops.token }}' }, reader)).status).toBe(403);
  expect((await save({ token: '{{ keys.open }}' }, reader)).status).toBe(201);
  expect((await save({ token: '{{ keys.ops.token }}' }, holder)).status).toBe(201);
  expect((await save({ token: '{{ keys.open }}' }, holder)).status).toBe(422);
});

test('what only the API writes is taken from nobody', async () => {
  const forged = { $secret: [{ key: 'ops.token' }] };
  const executing = admin.executions.execute({
    body: { action_ref: 'ops.note', parameters: { text: 'x', token: forged } },
  });
  await expect(executing).rejects.toMatchObject({
    status: 422,
    details: [{ path: 'parameters.token' }, { message: expect.stringContaining('is reserved') }],
  });
  const configuring = admin.packs.setConfig({
    params: { ref: 'ops' },
    body: { config: { token: forged } },
  });
  await expect(configuring).rejects.toMatchObject({
    status: 422,
    details: [{ path: 'config.token', message: expect.stringContaining('is reserved') }],
  });
});

test('a default of a secret parameter is refused, for actions, triggers and packs alike', async () => {
  const schema = { token: { type: 'string', secret: true, default: 'x' } };
  const token = await t.admin();
  const refusal = async (path: string, json: object) => {
    const { status, body } = await t.request('PUT', path, { token, json });
    return [status, (body.details as { path: string }[] | undefined)?.map((detail) => detail.path)];
  };
  expect(await refusal('/api/v1/actions/ops.note', { param_schema: schema })).toEqual([
    422,
    ['param_schema.token.default'],
  ]);
  expect(await refusal('/api/v1/triggers/ops.disk_full', { param_schema: schema })).toEqual([
    422,
    ['param_schema.token.default'],
  ]);
  expect(await refusal('/api/v1/packs/ops', { conf_schema: schema })).toEqual([
    422,
    ['conf_schema.token.default'],
  ]);
});

test('an explanation does not look into secrets', async () => {
  await admin.rules.create({
    body: { ...opsRule, ref: 'ops.compares', conditions: 'pack.config.token == event.payload.host' },
  });
  const event = await makeEvent(t.db, { trigger_ref: 'ops.disk_full', payload: { host: 'pack-token' } });
  const { data } = await admin.rules.explain({
    params: { ref: 'ops.compares' },
    query: { event: event.id },
  });
  expect(data).toMatchObject({
    matched: false,
    error: expect.stringContaining('a secret cannot be compared'),
  });
  expect(data.clauses[0]).toMatchObject({ actual: null });
  expect(JSON.stringify(data)).not.toContain('$secret');
});

test('a client without a login learns nothing', async () => {
  const stranger = createClient({ baseUrl: t.api.url });
  await expect(
    stranger.daemonTokens.parameters({ body: { execution_id: 1, attempt: 1 } }),
  ).rejects.toMatchObject({ status: 401 });
});
