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
