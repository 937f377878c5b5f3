import type { Client } from '@attune/contract';
import { definitionChanged, notice } from '@attune/mq';
import type { DefinitionChanged, Notice } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();
let client: Client;

const rule = {
  ref: 'ops.hello',
  label: 'Hello',
  trigger_ref: 'ops.disk_full',
  action_ref: 'ops.note',
  conditions: 'event.payload.percent > 90',
  action_params: { text: 'disk {{ event.payload.host }}', level: 3 },
};

beforeAll(async () => {
  client = await t.client();
  await client.packs.create({ body: { ref: 'ops', label: 'Operations', version: '1.0.0' } });
  await client.triggers.create({
    body: {
      ref: 'ops.disk_full',
      label: 'Disk full',
      param_schema: { mount: { type: 'string' } },
      out_schema: { host: { type: 'string', required: true }, percent: { type: 'number' } },
    },
  });
  await client.actions.create({
    body: {
      ref: 'ops.note',
      label: 'Note',
      runtime_ref: 'core.shell',
      entrypoint: 'echo "$text"',
      param_schema: {
        text: { type: 'string', required: true },
        level: { type: 'integer' },
        token: { type: 'string', secret: true },
      },
    },
  });
});

async function refusal(path: string, json: unknown, method = 'POST') {
  const { status, body } = await t.request(method, path, { token: await t.admin(), json });
  return { status, code: body.code, details: body.details };
}

function countRows(table: 'pack' | 'trigger' | 'action' | 'rule' | 'definition_version') {
  return t.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
}

describe('rules', () => {
  test('a rule is made, shown, listed, changed and switched', async () => {
    const { data: made } = await client.rules.create({ body: rule });
    expect(made).toMatchObject({
      ...rule,
      pack_ref: 'ops',
      enabled: true,
      is_adhoc: true,
      trigger_params: {},
    });
    expect((await client.rules.get({ params: { ref: 'ops.hello' } })).data).toEqual(made);
    expect((await client.rules.get({ params: { ref: String(made.id) } })).data).toEqual(made);
    const { items } = await client.rules.list({ query: { trigger_ref: 'ops.*', enabled: true } });
    expect(items).toEqual([made]);

    const { data: changed } = await client.rules.update({
      params: { ref: 'ops.hello' },
      body: { label: 'Changed', description: null, action_params: { text: 'x' } },
    });
    expect(changed).toMatchObject({ ...rule, label: 'Changed', action_params: { text: 'x' } });
    expect((await client.rules.disable({ params: { ref: 'ops.hello' } })).data.enabled).toBe(false);
    expect((await client.rules.disable({ params: { ref: 'ops.hello' } })).data.enabled).toBe(false);
    expect((await client.rules.enable({ params: { ref: 'ops.hello' } })).data.enabled).toBe(true);
  });

  test('a second rule of the same name is a conflict', async () => {
    await client.rules.create({ body: { ...rule, ref: 'ops.twice' } });
    expect(await refusal('/api/v1/rules', { ...rule, ref: 'ops.twice' })).toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
  });

  test.each([
    ['an unknown trigger', { trigger_ref: 'ops.disk_ful' }, 'trigger_ref', "did you mean 'ops.disk_full'?"],
    ['an unknown action', { action_ref: 'core.ecoh' }, 'action_ref', "did you mean 'core.echo'?"],
    ['an unknown pack', { ref: 'opss.hello' }, 'ref', "did you mean 'ops'?"],
    ['a pack that is not its own', { pack_ref: 'core' }, 'pack_ref', undefined],
    ['a condition that does not parse', { conditions: 'event.payload.percent >' }, 'conditions', undefined],
    [
      'a condition with an unknown function',
      { conditions: 'event.payload.host.uper() == "A"' },
      'conditions',
      undefined,
    ],
    ['a condition with an unknown name', { conditions: 'evnt.payload.x == 1' }, 'conditions', undefined],
    [
      'a condition with an unknown operator',
      { conditions: [{ field: 'percent', operator: 'gratr', value: 1 }] },
      'conditions[0].operator',
      undefined,
    ],
    [
      'a parameter of the wrong type',
      { action_params: { text: 'x', level: 'three' } },
      'action_params.level',
      undefined,
    ],
    ['a missing parameter', { action_params: {} }, 'action_params.text', undefined],
    [
      'a template that does not parse',
      { action_params: { text: '{{ event.payload. }}' } },
      'action_params.text',
      undefined,
    ],
    [
      'a trigger parameter of the wrong type',
      { trigger_params: { mount: 5 } },
      'trigger_params.mount',
      undefined,
    ],
    [
      'a timer without interval',
      { trigger_ref: 'core.intervaltimer', trigger_params: { unit: 'seconds' } },
      'trigger_params.interval',
      undefined,
    ],
    [
      'a cron expression that is none',
      { trigger_ref: 'core.crontimer', trigger_params: { expression: '61 * * * *' } },
      'trigger_params.expression',
      undefined,
    ],
    [
      'a time zone that is none',
      {
        trigger_ref: 'core.crontimer',
        trigger_params: { expression: '0 9 * * *', timezone: 'Europe/Berlim' },
      },
      'trigger_params.timezone',
      undefined,
    ],
    ['a ref in capitals', { ref: 'ops.Hello' }, 'ref', undefined],
    ['a label of the wrong type', { label: 5 }, 'label', undefined],
  ])('%s is refused at its path, and nothing is stored', async (_what, change, path, hint) => {
    const before = await Promise.all([countRows('rule'), countRows('definition_version')]);
    const answer = await refusal('/api/v1/rules', { ...rule, ref: 'ops.refused', ...change });
    expect(answer).toMatchObject({ status: 422, code: 'VALIDATION_ERROR' });
    expect(answer.details?.map((detail) => detail.path)).toEqual([path]);
    if (hint !== undefined) expect(answer.details?.[0]?.hint).toBe(hint);
    expect(await Promise.all([countRows('rule'), countRows('definition_version')])).toEqual(before);
  });

  test('a bad condition says line, column and what is wrong', async () => {
    const { details } = await refusal('/api/v1/rules', {
      ...rule,
      ref: 'ops.refused',
      conditions: '1 +\n  * 2',
    });
    expect(details?.[0]?.message).toMatch(/line 2, column \d+/);
  });

  test('all faults come at once', async () => {
    const body = {
      ...rule,
      ref: 'ops.refused',
      trigger_ref: 'no.such',
      action_ref: 'no.such',
      conditions: '1 +',
    };
    const { details } = await refusal('/api/v1/rules', body);
    expect(details?.map(({ path }) => path)).toEqual(['trigger_ref', 'conditions', 'action_ref']);
  });

  test('a change is checked like a new rule, and a bad one changes nothing', async () => {
    const patched = { ...rule, ref: 'ops.patched' };
    await client.rules.create({ body: patched });
    const answer = await refusal(
      '/api/v1/rules/ops.patched',
      { conditions: '1 +', action_params: { text: 1 } },
      'PATCH',
    );
    expect(answer).toMatchObject({
      status: 422,
      details: [{ path: 'conditions' }, { path: 'action_params.text' }],
    });
    expect((await client.rules.get({ params: { ref: 'ops.patched' } })).data).toMatchObject(patched);
  });

  test('an unknown field is ignored and reported', async () => {
    const { warnings } = await client.rules.create({
      body: { ...rule, ref: 'ops.warned', action_parms: {}, enabled: true } as typeof rule,
    });
    expect(warnings).toEqual(["unknown field 'action_parms' ignored"]);
  });

  test('who may not run the action may not make a rule for it, nor switch one on', async () => {
    const withoutExecute = everything.filter(
      ({ resource, actions }) => !(resource === 'actions' && actions[0] === 'execute'),
    );
    const { token } = await t.login(withoutExecute);
    await client.rules.create({ body: { ...rule, ref: 'ops.guarded', enabled: false } });
    const send = (method: string, path: string, json?: object) =>
      t.request(method, path, { token, ...(json ? { json } : {}) });
    expect((await send('POST', '/api/v1/rules', { ...rule, ref: 'ops.mine' })).status).toBe(403);
    expect((await send('POST', '/api/v1/rules/ops.guarded/enable')).status).toBe(403);
    expect((await send('PATCH', '/api/v1/rules/ops.guarded', { action_params: { text: 'y' } })).status).toBe(
      403,
    );
    expect((await send('PATCH', '/api/v1/rules/ops.guarded', { label: 'Texts are free' })).status).toBe(200);
    expect((await client.rules.get({ params: { ref: 'ops.guarded' } })).data).toMatchObject({
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
    expect(await send('POST', '/api/v1/rules', { ...rule, ref: 'ops.scoped' })).toBe(201);
    expect(await send('POST', '/api/v1/rules', { ...rule, ref: 'core.scoped' })).toBe(403);
    expect(await send('POST', '/api/v1/rules', { ...rule, ref: 'ops.other', action_ref: 'core.echo' })).toBe(
      403,
    );
    await client.rules.create({ body: { ...rule, ref: 'core.hidden' } });
    const read = (path: string) => t.request('GET', path, { token: scoped.token });
    const { body } = await read('/api/v1/rules?include_total=true&page_size=1');
    expect(body).toMatchObject({ items: [{ pack_ref: 'ops' }] });
    const all = await client.rules.list({ query: { pack_ref: 'ops', include_total: true } });
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

  test('a change made for an older version is refused whole', async () => {
    const token = await t.admin();
    const path = '/api/v1/rules/ops.versions';
    const made = await t.request('POST', '/api/v1/rules', { token, json: { ...rule, ref: 'ops.versions' } });
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

  test('of many changes for one version one is made', async () => {
    await client.rules.create({ body: { ...rule, ref: 'ops.contended' } });
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

  test('a change is told to other services after its commit', async () => {
    const told: DefinitionChanged[] = [];
    const noticed: Notice['changes'] = [];
    const one = await t.bus.subscribe(
      definitionChanged,
      async (batch) => void told.push(...batch.map(({ body }) => body)),
    );
    const two = await t.bus.subscribe(
      notice,
      async (batch) => void noticed.push(...batch.flatMap(({ body }) => body.changes)),
    );
    const { data } = await client.rules.create({ body: { ...rule, ref: 'ops.told' } });
    await client.rules.update({ params: { ref: 'ops.told' }, body: { label: 'Again' } });
    await waitUntil(() => told.length === 2 && noticed.length === 2);
    expect(told).toEqual([
      { entityType: 'rule', id: data.id, ref: 'ops.told', version: 1, change: 'created' },
      { entityType: 'rule', id: data.id, ref: 'ops.told', version: 2, change: 'updated' },
    ]);
    expect(noticed).toMatchObject([
      { entityType: 'rule', entityId: data.id, packRef: 'ops' },
      { change: 'updated' },
    ]);
    await Promise.all([one.close(), two.close()]);
  });

  test('who made a rule owns it, and the audit trail says so', async () => {
    const { token, identityId, login } = await t.login();
    const headers = { 'x-request-id': 'audit-1' };
    const answer = await t.request('POST', '/api/v1/rules', {
      token,
      headers,
      json: { ...rule, ref: 'ops.owned' },
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
});

describe('actions', () => {
  const action = {
    ref: 'ops.script',
    label: 'Script',
    runtime_ref: 'core.python',
    entrypoint: 'print(params["x"])',
  };

  test('a script is made, shown, and left out of lists', async () => {
    const { data } = await client.actions.create({
      body: { ...action, timeout_seconds: 30, retry: { count: 2 } },
    });
    expect(data).toMatchObject({
      ...action,
      is_adhoc: true,
      timeout_seconds: 30,
      retry: { count: 2, backoff: 'constant' },
    });
    expect((await client.actions.get({ params: { ref: 'ops.script' } })).data).toEqual(data);
    const { items } = await client.actions.list({ query: { pack_ref: 'ops', search: 'script' } });
    expect(items).toHaveLength(1);
    expect(items[0]).not.toHaveProperty('entrypoint');
  });

  test.each([
    ['an unknown runtime', { runtime_ref: 'core.pyhton' }, 'runtime_ref'],
    ['a runtime whose programs are files', { runtime_ref: 'core.native' }, 'runtime_ref'],
    ['no script', { entrypoint: '  ' }, 'entrypoint'],
    ['a script that is too long', { entrypoint: 'x'.repeat(65_537) }, 'entrypoint'],
    ['a schema with an unknown type', { param_schema: { x: { type: 'strng' } } }, 'param_schema.x.type'],
    ['a schema of the wrong shape', { param_schema: [] }, 'param_schema'],
    ['an unknown pack', { ref: 'opz.script' }, 'ref'],
  ])('%s is refused at its path', async (_what, change, path) => {
    const before = await countRows('action');
    const answer = await refusal('/api/v1/actions', { ...action, ref: 'ops.refused', ...change });
    expect(answer).toMatchObject({ status: 422, details: [{ path }] });
    expect(await countRows('action')).toEqual(before);
  });
});

describe('packs and triggers', () => {
  test('lists are paged by number and by cursor alike', async () => {
    for (const name of ['a', 'b', 'c']) {
      await client.triggers.create({ body: { ref: `ops.paged_${name}`, label: name } });
    }
    const first = await client.triggers.list({
      query: { pack_ref: 'ops', page_size: 2, include_total: true },
    });
    expect(first.pagination).toMatchObject({
      page: 1,
      page_size: 2,
      has_previous: false,
      has_next: true,
      total_items: 4,
      total_pages: 2,
    });
    const cursor = first.pagination.next_cursor;
    const byCursor = await client.triggers.list({ query: { pack_ref: 'ops', page_size: 2, cursor } });
    const byNumber = await client.triggers.list({ query: { pack_ref: 'ops', per_page: 2, page: 2 } });
    expect(byCursor.items.map(({ ref }) => ref)).toEqual(['ops.paged_b', 'ops.paged_c']);
    expect(byNumber.items).toEqual(byCursor.items);
    expect(byNumber.pagination).toMatchObject({ page: 2, has_previous: true, has_next: false });
    expect(byCursor.pagination).toMatchObject({ has_previous: true, has_next: false });
    expect(byCursor.pagination).not.toHaveProperty('total_items');
  });

  test('a page size beyond the limit is clamped and says so', async () => {
    const { pagination } = await client.triggers.list({ query: { page_size: 5000 } });
    expect(pagination.page_size).toBe(1000);
  });

  test('secret configuration values are not shown', async () => {
    const conf_schema = { url: { type: 'string' }, token: { type: 'string', secret: true } };
    const { data } = await client.packs.create({
      body: {
        ref: 'hush',
        label: 'Hush',
        version: '1.0.0',
        conf_schema,
        config: { url: 'u', token: 'very secret' },
      },
    });
    expect(data.config).toEqual({ url: 'u', token: null });
    const shown = await t.request('GET', '/api/v1/packs/hush', { token: await t.admin() });
    expect(JSON.stringify(shown.body)).not.toContain('very secret');
    expect(t.lines.join('')).not.toContain('very secret');
  });

  test.each([
    [
      '/api/v1/packs',
      {
        ref: 'bad',
        label: 'x',
        version: '1.0.0',
        conf_schema: { n: { type: 'integer' } },
        config: { n: 'x' },
      },
      'config.n',
    ],
    ['/api/v1/packs', { ref: 'bad.name', label: 'x', version: '1.0.0' }, 'ref'],
    ['/api/v1/packs', { ref: 'bad', label: 'x', version: 'one' }, 'version'],
    [
      '/api/v1/triggers',
      { ref: 'ops.bad', label: 'x', out_schema: { n: { type: 'numbr' } } },
      'out_schema.n.type',
    ],
  ])('%s refuses %j', async (path, body, fault) => {
    expect(await refusal(path, body)).toMatchObject({ status: 422, details: [{ path: fault }] });
  });

  test('what is not there is a 404 that names it', async () => {
    const answer = await t.request('GET', '/api/v1/rules/no.such', { token: await t.admin() });
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', error: "rule with ref 'no.such' does not exist" },
    });
  });
});
