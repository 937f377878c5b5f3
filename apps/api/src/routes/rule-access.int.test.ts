import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

test('who may not run the action may not make a rule for it, nor switch one on', async () => {
  const withoutExecute = everything.filter(
    ({ resource, actions }) => !(resource === 'actions' && actions[0] === 'execute'),
  );
  const { token } = await t.login(withoutExecute);
  await ops.client.rules.create({ body: { ...opsRule, ref: 'ops.guarded', enabled: false } });
  const send = (method: string, path: string, json?: object) =>
    t.request(method, path, { token, ...(json ? { json } : {}) });
  expect((await send('POST', '/api/v1/rules', { ...opsRule, ref: 'ops.mine' })).status).toBe(403);
  expect((await send('POST', '/api/v1/rules/ops.guarded/enable')).status).toBe(403);
  expect((await send('PATCH', '/api/v1/rules/ops.guarded', { action_params: { text: 'y' } })).status).toBe(
    403,
  );
  expect((await send('PATCH', '/api/v1/rules/ops.guarded', { label: 'Texts are free' })).status).toBe(200);
  expect((await ops.client.rules.get({ params: { ref: 'ops.guarded' } })).data).toMatchObject({
    enabled: false,
    label: 'Texts are free',
  });
});

test('a grant for one pack holds for that pack only', async () => {
  const scoped = await t.login([
    { resource: 'rules', actions: ['read', 'create'], constraints: { pack_refs: ['ops'] } },
    { resource: 'actions', actions: ['execute'], constraints: { pack_refs: ['ops'] } },
  ]);
  const send = async (method: string, path: string, json?: object) =>
    (await t.request(method, path, { token: scoped.token, ...(json ? { json } : {}) })).status;
  expect(await send('POST', '/api/v1/rules', { ...opsRule, ref: 'ops.scoped' })).toBe(201);
  expect(await send('POST', '/api/v1/rules', { ...opsRule, ref: 'core.scoped' })).toBe(403);
  expect(await send('POST', '/api/v1/rules', { ...opsRule, ref: 'ops.other', action_ref: 'core.echo' })).toBe(
    403,
  );
  await ops.client.rules.create({ body: { ...opsRule, ref: 'core.hidden' } });
  const read = (path: string) => t.request('GET', path, { token: scoped.token });
  const { body } = await read('/api/v1/rules?include_total=true&page_size=1');
  expect(body).toMatchObject({ items: [{ pack_ref: 'ops' }] });
  const all = await ops.client.rules.list({ query: { pack_ref: 'ops', include_total: true } });
  expect(body).toMatchObject({ pagination: { total_items: all.pagination.total_items } });
  expect((await read('/api/v1/rules?pack_ref=core')).body).toMatchObject({ items: [] });
  const hidden = await read('/api/v1/rules/core.hidden');
  const absent = await read('/api/v1/rules/core.absent');
  expect(hidden.status).toBe(404);
  expect({ ...hidden.body, request_id: '' }).toEqual({
    ...JSON.parse(JSON.stringify(absent.body).replaceAll('core.absent', 'core.hidden')),
    request_id: '',
  });
});

test('of many changes for one version one is made', async () => {
  await ops.client.rules.create({ body: { ...opsRule, ref: 'ops.contended' } });
  const token = await t.admin();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      t.request('PATCH', '/api/v1/rules/ops.contended', {
        token,
        json: { label: `by ${index}` },
        headers: { 'if-match': '"1"' },
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(7);
  const shown = await t.request('GET', '/api/v1/rules/ops.contended', { token });
  expect(shown.headers.get('etag')).toBe('"2"');
});

test('who made a rule owns it, and the audit trail says so', async () => {
  const { token, identityId, login } = await t.login();
  const headers = { 'x-request-id': 'audit-1' };
  const answer = await t.request('POST', '/api/v1/rules', {
    token,
    headers,
    json: { ...opsRule, ref: 'ops.owned' },
  });
  expect(answer.body.data).toMatchObject({ owner_identity: identityId });
  const audit = await t.db
    .selectFrom('audit_event')
    .selectAll()
    .where('request_id', '=', 'audit-1')
    .execute();
  expect(audit).toMatchObject([
    {
      event_type: 'rule.created',
      outcome: 'success',
      actor_identity: identityId,
      actor_login: login,
      resource_ref: 'ops.owned',
    },
  ]);
});

test('a change made for an older version is refused whole', async () => {
  const token = await t.admin();
  const path = '/api/v1/rules/ops.versions';
  const made = await t.request('POST', '/api/v1/rules', { token, json: { ...opsRule, ref: 'ops.versions' } });
  expect(made.headers.get('etag')).toBe('"1"');
  const patch = (label: string, etag: string) =>
    t.request('PATCH', path, { token, json: { label }, headers: { 'if-match': etag } });
  const second = await patch('Second', '"1"');
  expect({ status: second.status, etag: second.headers.get('etag') }).toEqual({ status: 200, etag: '"2"' });
  expect(await patch('Late', '"1"')).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
  expect((await patch('Anyway', '*')).status).toBe(200);
  expect(await patch('Odd', 'x')).toMatchObject({
    status: 422,
    body: { details: [{ path: 'header.if-match' }] },
  });
  const shown = await t.request('GET', path, { token });
  expect(shown).toMatchObject({ body: { data: { label: 'Anyway' } } });
  expect(shown.headers.get('etag')).toBe('"3"');
});

test('whoever changes what a rule runs becomes its owner: nobody runs anything with the rights of another', async () => {
  await ops.client.rules.create({ body: { ...opsRule, ref: 'ops.taken' } });
  const { owner_identity: maker } = (await ops.client.rules.get({ params: { ref: 'ops.taken' } })).data;
  const { token, identityId } = await t.login(everything);
  const change = async (method: string, path: string, json?: object) => {
    const { body } = await t.request(method, `/api/v1/rules/ops.taken${path}`, { token, json });
    return (body.data as { owner_identity: number }).owner_identity;
  };

  expect(await change('PATCH', '', { label: 'Other text' })).toBe(maker);
  expect(await change('POST', '/disable')).toBe(maker);
  expect(await change('POST', '/enable')).toBe(maker);
  expect(await change('PATCH', '', { action_params: { text: 'mine' } })).toBe(identityId);
});
