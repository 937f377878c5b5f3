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

test('a runtime may be named by its id, which must agree with its ref', async () => {
  const { data: shell } = await ops.client.runtimes.get({ params: { ref: 'core.shell' } });
  const body = { ref: 'ops.by_id', label: 'x', entrypoint: 'true', runtime: shell.id };
  const { data } = await ops.client.actions.create({ body });
  expect(data).toMatchObject({ runtime: shell.id, runtime_ref: 'core.shell' });
  for (const [change, path] of [
    [{ runtime_ref: 'core.python' }, 'runtime'],
    [{ runtime: 987_654 }, 'runtime'],
    [{ runtime: undefined }, 'runtime_ref'],
  ] as const) {
    const answer = await refusal('/api/v1/actions', { ...body, ref: 'ops.refused', ...change });
    expect(answer).toMatchObject({ status: 422, details: [{ path }] });
  }
});

test('where it may run, and how long what it leaves is kept, is stored as given and cleared by null', async () => {
  const settings = {
    runtime_version_constraint: '>=3.12',
    required_worker_runtimes: { git: '>=2' },
    worker_selector: { zone: 'a' },
    worker_tolerations: [{ key: 'gpu', operator: 'exists' as const }],
    worker_affinity: { required: [{ match_labels: { disk: 'ssd' } }] },
    log_retention_policy: 'days' as const,
    log_retention_limit: 3,
    artifact_retention_policy: 'versions' as const,
    artifact_retention_limit: 5,
  };
  const body = { ref: 'ops.placed', label: 'x', runtime_ref: 'core.python', entrypoint: 'pass' };
  const { data } = await ops.client.actions.create({ body: { ...body, ...settings } });
  expect(data).toMatchObject(settings);
  const cleared = { runtime_version_constraint: null, log_retention_policy: null, log_retention_limit: null };
  const { data: changed } = await ops.client.actions.update({ params: { ref: 'ops.placed' }, body: cleared });
  expect(changed).toMatchObject({ ...settings, ...cleared });
  const { details } = await refusal(
    '/api/v1/actions/ops.placed',
    { runtime_version_constraint: 'three', required_worker_runtimes: { git: 'new' } },
    'PATCH',
  );
  expect(details?.map(({ path }) => path)).toEqual([
    'runtime_version_constraint',
    'required_worker_runtimes.git',
  ]);
});

test('what an action of files runs is for its files to say', async () => {
  for (const [field, value] of [
    ['entrypoint', '../../etc/passwd'],
    ['runtime_ref', 'core.python'],
  ] as const) {
    const answer = await refusal('/api/v1/actions/core.echo', { [field]: value }, 'PATCH');
    expect(answer).toMatchObject({ status: 422, details: [{ path: field }] });
  }
  const { data } = await ops.client.actions.update({
    params: { ref: 'core.echo' },
    body: { label: 'Echo!' },
  });
  expect(data).toMatchObject({ label: 'Echo!', is_adhoc: false });
});

test('actions are found by all words, in the packs that are named', async () => {
  const body = {
    ref: 'ops.searched',
    label: 'Restart the printer',
    runtime_ref: 'core.shell',
    entrypoint: 'true',
  };
  await ops.client.actions.create({ body });
  const found = async (q: string, packs?: string) =>
    (await ops.client.actions.search({ query: { q, ...(packs === undefined ? {} : { packs }) } })).items;
  expect(await found('printer restart')).toEqual([
    {
      ref: 'ops.searched',
      pack_ref: 'ops',
      label: 'Restart the printer',
      description: null,
      runtime_ref: 'core.shell',
      is_workflow: false,
      accesses_mcp: false,
    },
  ]);
  expect(await found('printer', 'core')).toEqual([]);
  expect(await found('printer', 'core, ops')).toHaveLength(1);
  await expect(found('printer', 'core,nope')).rejects.toMatchObject({ status: 404 });
});
