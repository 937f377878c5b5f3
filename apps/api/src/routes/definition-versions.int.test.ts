import { definitionSamples } from '../testing/definition-samples.js';
import { useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

async function send(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
  const token = await t.admin();
  return t.request(method, `/api/v1${path}`, { token, headers, ...(json === undefined ? {} : { json }) });
}

describe.each(definitionSamples)('versions of $resource', ({ resource, type, refOf, title, body }) => {
  /** One with two versions. */
  async function make(name: string) {
    const ref = refOf(name);
    await send('POST', `/${resource}`, { ref, [title]: 'First', description: 'Why', ...body });
    await send('PATCH', `/${resource}/${ref}`, { [title]: 'Second', description: null });
    return { ref, path: `/${resource}/${ref}` };
  }

  test('are listed newest first and shown with what they said', async () => {
    const { ref, path } = await make('history');
    const listed = await send('GET', `${path}/versions?page_size=1&include_total=true`);
    expect(listed.body).toMatchObject({
      items: [{ version: 2, ref, author: expect.any(Number) }],
      pagination: { total_items: 2, has_next: true },
    });
    const first = (await send('GET', `${path}/versions/1`)).body.data;
    expect(first).toMatchObject({
      version: 1,
      ref,
      content: { ...body, [title]: 'First', description: 'Why' },
    });
    expect(await send('GET', `${path}/versions/3`)).toMatchObject({ status: 404 });
  });

  test('are compared place by place', async () => {
    const { path } = await make('compared');
    const { data } = (await send('GET', `${path}/versions/diff?from=1&to=2`)).body;
    expect(data).toEqual({
      from: 1,
      to: 2,
      changes: expect.arrayContaining([
        { path: 'description', before: 'Why', after: null },
        { path: title, before: 'First', after: 'Second' },
      ]),
    });
    expect((data as { changes: unknown[] }).changes).toHaveLength(2);
    expect(await send('GET', `${path}/versions/diff?from=1`)).toMatchObject({
      status: 422,
      body: { details: [{ path: 'query.to' }] },
    });
  });

  test('are restored as a new version, by who read the newest', async () => {
    const { ref, path } = await make('restored');
    const stale = await send('POST', `${path}/versions/1/restore`, undefined, { 'if-match': '"1"' });
    expect(stale).toMatchObject({ status: 412 });
    const answer = await send('POST', `${path}/versions/1/restore`, undefined, { 'if-match': '"2"' });
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { ref, [title]: 'First', description: 'Why' } },
    });
    expect(answer.headers.get('etag')).toBe('"3"');
    const audit = await t.db
      .selectFrom('audit_event')
      .select(['event_type', 'details'])
      .where('resource_ref', '=', ref)
      .where('event_type', '=', `${type}.restored`)
      .execute();
    expect(audit).toMatchObject([
      { details: { before: { [title]: 'Second' }, after: { [title]: 'First' } } },
    ]);
    expect(await send('POST', `${path}/versions/9/restore`)).toMatchObject({ status: 404 });
  });

  test('outlive a deletion, which they undo', async () => {
    const { ref, path } = await make('returned');
    await send('DELETE', path);
    expect((await send('GET', `${path}/versions/2`)).body.data).toMatchObject({
      content: { [title]: 'Second' },
    });
    const answer = await send('POST', `${path}/versions/2/restore`);
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { ref, [title]: 'Second', description: null } },
    });
    expect((await send('GET', path)).body.data).toEqual(answer.body.data);
    expect(answer.headers.get('etag')).toBe('"3"');
  });

  test('need the permission of the definition, within its limits', async () => {
    const { ref, path } = await make('guarded');
    const packRef = type === 'pack' ? ref : 'ops';
    const limited = async (actions: string[], pack: string) =>
      (await t.login([{ resource, actions, constraints: { pack_refs: [pack] } }])).token;
    const ask = async (token: string, method: string, rest: string) =>
      (await t.request(method, `/api/v1${path}/versions${rest}`, { token })).status;
    const reader = await limited(['read'], packRef);
    expect(await ask(reader, 'GET', '')).toBe(200);
    expect(await ask(reader, 'POST', '/1/restore')).toBe(403);
    const stranger = await limited(['read', 'update', 'create'], 'elsewhere');
    for (const rest of ['', '/1', '/diff?from=1&to=2']) expect(await ask(stranger, 'GET', rest)).toBe(404);
    expect(await ask(stranger, 'POST', '/1/restore')).toBe(404);
    await send('DELETE', path);
    for (const rest of ['', '/1']) expect(await ask(stranger, 'GET', rest)).toBe(404);
    const changer = await limited(['read', 'update'], packRef);
    expect(await ask(changer, 'POST', '/1/restore')).toBe(403);
  });
});

test('what became secret later is not shown in an older version, nor in the difference', async () => {
  const plain = { token: { type: 'string' } };
  const secret = { token: { type: 'string', secret: true } };
  const config = { token: 'hunter2-was-here' };
  await send('POST', '/packs', { ref: 'careless', label: 'x', version: '1.0.0', conf_schema: plain, config });
  await send('PATCH', '/packs/careless', { conf_schema: secret });
  for (const path of ['/versions/1', '/versions/2', '/versions/diff?from=1&to=2', '']) {
    const { status, body } = await send('GET', `/packs/careless${path}`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  }
  await send('DELETE', '/packs/careless');
  expect(JSON.stringify((await send('GET', '/packs/careless/versions/1')).body)).not.toContain('hunter2');
});

test('restoring a rule needs its action, and makes it the rule of whoever does', async () => {
  const { client } = ops;
  const maker = await t.login();
  const rule = { ref: 'ops.kept', label: 'One', trigger_ref: 'ops.disk_full', action_ref: 'ops.note' };
  await t.request('POST', '/api/v1/rules', {
    token: maker.token,
    json: { ...rule, action_params: { text: 'a' } },
  });
  await client.rules.update({ params: { ref: 'ops.kept' }, body: { action_params: { text: 'b' } } });
  const { token } = await t.login([{ resource: 'rules', actions: ['read', 'update', 'create'] }]);
  const path = '/api/v1/rules/ops.kept/versions/1/restore';
  expect((await t.request('POST', path, { token })).status).toBe(403);
  const restored = await client.rules.restore({ params: { ref: 'ops.kept', version: 1 } });
  expect(restored.data.action_params).toEqual({ text: 'a' });
  expect(restored.data.owner_identity).not.toBe(maker.identityId);
  await client.rules.delete({ params: { ref: 'ops.kept' } });
  expect((await t.request('POST', path, { token })).status).toBe(403);
  const again = await t.login();
  const { body } = await t.request('POST', path, { token: again.token });
  expect(body.data).toMatchObject({ owner_identity: again.identityId, is_adhoc: true });
  const { data } = await client.rules.restore({ params: { ref: 'ops.kept', version: 1 } });
  expect(data).toMatchObject({ owner_identity: again.identityId });
});

test('a version that does not fit any more is refused with what is wrong', async () => {
  const { client } = ops;
  await client.triggers.create({ body: { ref: 'ops.short', label: 'Short-lived' } });
  const rule = { ref: 'ops.stale', label: 'x', trigger_ref: 'ops.short', action_ref: 'core.noop' };
  await client.rules.create({ body: rule });
  await client.rules.delete({ params: { ref: 'ops.stale' } });
  await client.triggers.delete({ params: { ref: 'ops.short' } });
  const answer = await send('POST', '/rules/ops.stale/versions/1/restore');
  expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'trigger_ref' }] } });
});

test("a trigger's webhook is not switched on by restoring a version", async () => {
  const { client } = ops;
  const params = { ref: 'ops.hook' };
  await client.triggers.create({ body: { ref: 'ops.hook', label: 'Hook' } });
  await client.webhooks.enable({ params, body: { verification: { preset: 'none' } } });
  await client.triggers.update({ params, body: { label: 'On' } });
  await client.webhooks.disable({ params });
  const { items } = await client.triggers.versions({ params });
  const on = items.find(({ version }) => version === 3);
  const { data } = await client.triggers.restore({ params: { ...params, version: on?.version ?? 0 } });
  expect(data).toMatchObject({ label: 'On', webhook_enabled: false });
});
