import { getPackByRef } from '@attune/db';
import { useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

async function refusal(path: string, json: unknown, method = 'POST') {
  const { status, body } = await t.request(method, path, { token: await t.admin(), json });
  return { status, code: body.code, details: body.details };
}

test('secret configuration values are not shown', async () => {
  const conf_schema = { url: { type: 'string' }, token: { type: 'string', secret: true } };
  const { data } = await ops.client.packs.create({
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

describe('the configuration of a pack', () => {
  const conf_schema = { url: { type: 'string', required: true }, token: { type: 'string', secret: true } };
  const params = { ref: 'conf' };

  beforeAll(async () => {
    const config = { url: 'u', token: 'stays-hidden' };
    await ops.client.packs.create({
      body: { ref: 'conf', label: 'x', version: '1.0.0', conf_schema, config },
    });
  });

  const stored = async () => t.opened((await getPackByRef(t.db, 'conf')).config);

  test('is shown without its secrets, and says which there are', async () => {
    const { data } = await ops.client.packs.getConfig({ params });
    expect(data).toEqual({
      pack_ref: 'conf',
      conf_schema,
      config: { url: 'u', token: null },
      secrets_set: ['token'],
    });
  });

  test('keeps a secret that is sent back as it was shown, and forgets one that is left out', async () => {
    const { data } = await ops.client.packs.setConfig({
      params,
      body: { config: { url: 'v', token: null } },
    });
    expect(data).toMatchObject({ config: { url: 'v', token: null }, secrets_set: ['token'] });
    expect(await stored()).toEqual({ url: 'v', token: 'stays-hidden' });
    await ops.client.packs.update({ params, body: { config: { url: 'w', token: null } } });
    expect(await stored()).toEqual({ url: 'w', token: 'stays-hidden' });
    const without = await ops.client.packs.setConfig({ params, body: { config: { url: 'v' } } });
    expect(without.data.secrets_set).toEqual([]);
    expect(await stored()).toEqual({ url: 'v' });
    const audit = await t.db
      .selectFrom('audit_event')
      .select('details')
      .where('resource_ref', '=', 'conf')
      .execute();
    expect(audit.length).toBeGreaterThan(2);
    expect(JSON.stringify(audit)).not.toContain('stays-hidden');
    expect(t.lines.join('')).not.toContain('stays-hidden');
  });

  test('must fit its schema, whichever of both is changed', async () => {
    const bad = { config: { url: 5 } };
    expect(await refusal('/api/v1/packs/conf/config', bad, 'PUT')).toMatchObject({
      status: 422,
      details: [{ path: 'config.url' }],
    });
    const tighter = { conf_schema: { ...conf_schema, region: { type: 'string', required: true } } };
    expect(await refusal('/api/v1/packs/conf', tighter, 'PATCH')).toMatchObject({
      status: 422,
      details: [{ path: 'config.region' }],
    });
  });

  test('is changed by who may configure the pack, not by who may change its texts', async () => {
    const { token } = await t.login([{ resource: 'packs', actions: ['read', 'update'] }]);
    const send = (method: string, path: string, json: object) => t.request(method, path, { token, json });
    const json = { config: { url: 'mine' } };
    expect(await send('PATCH', '/api/v1/packs/conf', json)).toMatchObject({ status: 403 });
    expect(await send('PUT', '/api/v1/packs/conf/config', json)).toMatchObject({ status: 403 });
    expect(await send('PATCH', '/api/v1/packs/conf', { label: 'y' })).toMatchObject({ status: 200 });
  });
});
