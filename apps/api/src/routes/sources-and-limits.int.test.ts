import { ensureSensorRuns, ensureRuntimeVersion } from '@attune/db';
import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

async function refusal(method: string, path: string, json: object, token?: string) {
  const { status, body } = await t.request(method, `/api/v1${path}`, {
    token: token ?? (await t.admin()),
    json,
  });
  return { status, details: body.details };
}

describe('sensors', () => {
  const sensor = {
    ref: 'ops.watch',
    label: 'Watch',
    runtime_ref: 'core.python',
    entrypoint: 'watch.py',
    param_schema: { path: { type: 'string' }, token: { type: 'string', secret: true } },
    config: { path: '/tmp', token: 'sensor-secret' },
  };

  test('keep their secrets to themselves, in every answer and record', async () => {
    const { data } = await ops.client.sensors.create({ body: sensor });
    expect(data.config).toEqual({ path: '/tmp', token: null });
    const params = { ref: 'ops.watch' };
    await ops.client.sensors.update({ params, body: { config: { path: '/var', token: null } } });
    const row = await t.db.selectFrom('sensor').select('config').where('ref', '=', 'ops.watch').execute();
    expect(row).toEqual([{ config: { path: '/var', token: 'sensor-secret' } }]);
    const answers = [
      await ops.client.sensors.get({ params }),
      await ops.client.sensors.list(),
      await ops.client.sensors.version({ params: { ...params, version: 1 } }),
      await t.db.selectFrom('audit_event').select('details').execute(),
    ];
    expect(JSON.stringify(answers)).not.toContain('sensor-secret');
  });

  test('are listed under the trigger they emit, and say how they run', async () => {
    const { data } = await ops.client.sensors.create({ body: { ...sensor, ref: 'ops.other' } });
    await ops.client.triggers.update({ params: { ref: 'ops.disk_full' }, body: { sensor_ref: 'ops.other' } });
    const { items } = await ops.client.sensors.listByTrigger({ params: { ref: 'ops.disk_full' } });
    expect(items.map(({ ref }) => ref)).toEqual(['ops.other']);
    await ensureSensorRuns(t.db, [data.id]);
    const { data: state } = await ops.client.sensors.state({ params: { ref: 'ops.other' } });
    expect(state).toMatchObject({
      sensor_ref: 'ops.other',
      enabled: true,
      runs: [{ partition: 0, status: 'starting', worker: null, last_error: null, restart_count: 0 }],
    });
  });

  test.each([
    ['a program outside of the pack', { entrypoint: '../../bin/sh' }, 'entrypoint'],
    ['an absolute program', { entrypoint: '/bin/sh' }, 'entrypoint'],
    ['an unknown runtime', { runtime_ref: 'core.pyton' }, 'runtime_ref'],
    ['values that do not fit', { config: { path: 5 } }, 'config.path'],
    ['no partitions', { partitions: 0 }, 'partitions'],
    ['a range that is none', { runtime_version_constraint: 'new' }, 'runtime_version_constraint'],
  ])('with %s are refused', async (_what, change, path) => {
    const answer = await refusal('POST', '/sensors', { ...sensor, ref: 'ops.refused', ...change });
    expect(answer).toMatchObject({ status: 422, details: [{ path }] });
  });
});

test('what is enabled has a list of its own', async () => {
  for (const [resource, body] of [
    ['rules', { ...opsRule }],
    ['triggers', { label: 'x' }],
    ['sensors', { label: 'x', runtime_ref: 'core.python', entrypoint: 'x.py' }],
    ['policies', { name: 'x', action_ref: 'ops.note', threshold: 1 }],
  ] as const) {
    const token = await t.admin();
    for (const enabled of [true, false]) {
      const json = { ...body, ref: `ops.${resource}_${enabled}`, enabled };
      expect(await t.request('POST', `/api/v1/${resource}`, { token, json })).toMatchObject({ status: 201 });
    }
    const listed = async () =>
      JSON.stringify((await t.request('GET', `/api/v1/${resource}/enabled?page_size=1000`, { token })).body);
    expect(await listed()).toContain(`ops.${resource}_true`);
    expect(await listed()).not.toContain(`ops.${resource}_false`);
    await t.request('POST', `/api/v1/${resource}/ops.${resource}_true/disable`, { token });
    await t.request('POST', `/api/v1/${resource}/ops.${resource}_false/enable`, { token });
    expect(await listed()).not.toContain(`ops.${resource}_true`);
    expect(await listed()).toContain(`ops.${resource}_false`);
  }
});

test('rules are listed under their action and their trigger', async () => {
  await ops.client.rules.create({ body: { ...opsRule, ref: 'ops.under' } });
  const params = { ref: 'ops.disk_full' };
  const refsOf = ({ items }: { items: { ref: string }[] }) => items.map(({ ref }) => ref);
  expect(refsOf(await ops.client.rules.listByTrigger({ params }))).toContain('ops.under');
  expect(refsOf(await ops.client.rules.listByAction({ params: { ref: 'ops.note' } }))).toContain('ops.under');
  expect(refsOf(await ops.client.rules.listByAction({ params: { ref: 'core.echo' } }))).toEqual([]);
});

describe('policies', () => {
  test('limit only what their maker may limit', async () => {
    const { token } = await t.login([
      { resource: 'policies', actions: ['create', 'update'], constraints: { pack_refs: ['ops'] } },
    ]);
    const policy = { name: 'x', threshold: 1 };
    const create = (name: string, what: object) =>
      refusal('POST', '/policies', { ...policy, ref: `ops.${name}`, ...what }, token);
    expect(await create('everything', {})).toMatchObject({ status: 403 });
    expect(await create('foreign', { action_ref: 'core.echo' })).toMatchObject({ status: 403 });
    expect(await create('own_action', { action_ref: 'ops.note' })).toMatchObject({ status: 201 });
    expect(await create('own_pack', { pack_wide: true })).toMatchObject({ status: 201 });
    expect(await refusal('PATCH', '/policies/ops.own_pack', { pack_wide: false }, token)).toMatchObject({
      status: 403,
    });
    const both = await refusal('POST', '/policies', {
      ...policy,
      ref: 'ops.both',
      action_ref: 'ops.note',
      pack_wide: true,
    });
    expect(both).toMatchObject({ status: 422, details: [{ path: 'pack_wide' }] });
    const unknown = await refusal('POST', '/policies', {
      ...policy,
      ref: 'ops.lost',
      action_ref: 'ops.noet',
    });
    expect(unknown).toMatchObject({
      status: 422,
      details: [{ path: 'action_ref', hint: "did you mean 'ops.note'?" }],
    });
  });

  test('may limit what one rule starts, and tell groups apart by an expression', async () => {
    await ops.client.rules.create({ body: { ...opsRule, ref: 'ops.limited' } });
    const limits = { rule_ref: 'ops.limited', key: 'parameters.host.lower()', method: 'cancel_new' };
    const json = { ref: 'ops.per_host', name: 'x', threshold: 1, ...limits };
    const made = await t.request('POST', '/api/v1/policies', { token: await t.admin(), json });
    expect(made).toMatchObject({
      status: 201,
      body: { data: { ...limits, action_ref: null, pack_wide: false } },
    });
  });

  test.each([
    ['an expression that cannot be read', { key: 'parameters.' }, 'key'],
    ['an expression over something else', { key: 'event.payload' }, 'key'],
    ['a path that is none', { parameters: ['a..b'] }, 'parameters[0]'],
    ['a rule that is not there', { rule_ref: 'ops.nobody' }, 'rule_ref'],
    ['starts to be taken back', { method: 'cancel_running', window_seconds: 60 }, 'method'],
  ])('with %s are refused', async (_what, limits, path) => {
    const answer = await refusal('POST', '/policies', {
      ref: 'ops.wrong',
      name: 'x',
      threshold: 1,
      ...limits,
    });
    expect(answer).toMatchObject({ status: 422, details: [{ path }] });
  });
});

describe('runtimes', () => {
  test.each([
    ['an unknown setting', { interpreter: { binary: 'ruby', arg: [] } }, 'execution_config.interpreter.arg'],
    [
      'an unknown placeholder',
      { interpreter: { binary: '{pack_dri}' } },
      'execution_config.interpreter.binary',
    ],
  ])('with %s are refused', async (_what, execution_config, path) => {
    const answer = await refusal('POST', '/runtimes', { ref: 'ops.ruby', name: 'Ruby', execution_config });
    expect(answer.status).toBe(422);
    expect(
      answer.details?.some((detail) => detail.path.startsWith(path.split('.').slice(0, 2).join('.'))),
    ).toBe(true);
  });

  test('that something uses are kept, and their versions are listed', async () => {
    await ops.client.runtimes.create({ body: { ref: 'ops.perl', name: 'Perl' } });
    await ops.client.sensors.create({
      body: { ref: 'ops.perl_watch', label: 'x', runtime_ref: 'ops.perl', entrypoint: 'watch.pl' },
    });
    const token = await t.admin();
    const answer = await t.request('DELETE', '/api/v1/runtimes/ops.perl', { token });
    expect(answer).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    await ensureRuntimeVersion(t.db, {
      runtime_ref: 'ops.perl',
      version: '5.38',
      version_major: 5,
      available: false,
    });
    const params = { ref: 'ops.perl' };
    const { items } = await ops.client.runtimes.runtimeVersions({ params });
    expect(items).toMatchObject([{ runtime_ref: 'ops.perl', version: '5.38', available: false }]);
    expect((await ops.client.runtimes.runtimeVersions({ params, query: { available: true } })).items).toEqual(
      [],
    );
  });
});
