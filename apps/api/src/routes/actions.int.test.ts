import { useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

async function refusal(path: string, json: unknown, method = 'POST') {
  const { status, body } = await t.request(method, path, { token: await t.admin(), json });
  return { status, code: body.code, details: body.details };
}

function countRows(table: 'action') {
  return t.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
}

const action = {
  ref: 'ops.script',
  label: 'Script',
  runtime_ref: 'core.python',
  entrypoint: 'print(params["x"])',
};

test('a script is made, shown, and left out of lists', async () => {
  const { data } = await ops.client.actions.create({
    body: { ...action, timeout_seconds: 30, retry: { count: 2 } },
  });
  expect(data).toMatchObject({
    ...action,
    is_adhoc: true,
    timeout_seconds: 30,
    retry: { count: 2, backoff: 'constant' },
  });
  expect((await ops.client.actions.get({ params: { ref: 'ops.script' } })).data).toEqual(data);
  const { items } = await ops.client.actions.list({ query: { pack_ref: 'ops', search: 'script' } });
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
