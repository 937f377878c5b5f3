import { insertPermissionSet } from '@attune/db';
import type { Grant } from '@attune/domain';
import { opsRule, useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

const builder: Grant[] = [
  { resource: 'rules', actions: ['read', 'create', 'update'] },
  { resource: 'actions', actions: ['read', 'create', 'update', 'execute'] },
  { resource: 'runtimes', actions: ['read'] },
  { resource: 'events', actions: ['read'], constraints: { pack_refs: ['ops'] } },
];
let token: string;

beforeAll(async () => {
  const constraints = { pack_refs: ['ops'] };
  await insertPermissionSet(t.db, {
    ref: 'ops.narrow',
    grants: [{ resource: 'events', actions: ['read'], constraints }],
  });
  await insertPermissionSet(t.db, {
    ref: 'ops.wide',
    grants: [{ resource: 'events', actions: ['read'] }],
  });
  ({ token } = await t.login(builder));
});

const send = (method: string, path: string, json?: object) =>
  t.request(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });

const script = { label: 'x', runtime_ref: 'core.shell', entrypoint: 'true' };

describe.each([
  ['a rule', '/rules', { ...opsRule }, 'permission_set_refs'],
  ['an action', '/actions', script, 'default_execution_permission_set_refs'],
])('%s', (_what, path, body, field) => {
  const refOf = (name: string) => `ops.${name}_${path.slice(1)}`;

  test('may name a permission set that its maker holds, and no other', async () => {
    const held = await send('POST', path, { ...body, ref: refOf('held'), [field]: ['ops.narrow'] });
    expect(held).toMatchObject({ status: 201, body: { data: { [field]: ['ops.narrow'] } } });
    const more = await send('POST', path, {
      ...body,
      ref: refOf('more'),
      [field]: ['ops.narrow', 'ops.wide'],
    });
    expect(more).toMatchObject({ status: 403, body: { details: [{ path: `${field}[1]` }] } });
    expect(await send('PATCH', `${path}/${refOf('held')}`, { [field]: ['ops.wide'] })).toMatchObject({
      status: 403,
    });
    const unknown = await send('POST', path, { ...body, ref: refOf('more'), [field]: ['ops.nrrow'] });
    expect(unknown).toMatchObject({ status: 422, body: { details: [{ path: `${field}[0]` }] } });
  });

  test('that runs with the permissions of others is not made to run something else', async () => {
    const admin = await t.admin();
    const ref = refOf('trusted');
    const json = { ...body, ref, [field]: ['ops.wide'] };
    expect(await t.request('POST', `/api/v1${path}`, { token: admin, json })).toMatchObject({ status: 201 });
    const change = path === '/rules' ? { action_params: { text: 'mine' } } : { entrypoint: 'env' };
    expect(await send('PATCH', `${path}/${ref}`, change)).toMatchObject({ status: 403 });
    expect(await send('PATCH', `${path}/${ref}`, { label: 'Texts are free' })).toMatchObject({ status: 200 });
    expect(await send('POST', `${path}/${ref}/versions/1/restore`)).toMatchObject({ status: 200 });
    await t.request('PATCH', `/api/v1${path}/${ref}`, { token: admin, json: change });
    expect(await send('POST', `${path}/${ref}/versions/1/restore`)).toMatchObject({ status: 403 });
    await t.request('PATCH', `/api/v1${path}/${ref}`, { token: admin, json: { [field]: [] } });
    expect(await send('PATCH', `${path}/${ref}`, change)).toMatchObject({ status: 200 });
  });
});

test('an action may read only keys that its maker may read', async () => {
  const json = { ...script, ref: 'ops.with_key', secrets: ['token'] };
  expect(await send('POST', '/actions', json)).toMatchObject({ status: 403 });
  const holder = await t.login([...builder, { resource: 'keys', actions: ['decrypt'] }]);
  const made = await t.request('POST', '/api/v1/actions', { token: holder.token, json });
  expect(made).toMatchObject({ status: 201, body: { data: { secrets: ['token'] } } });
  expect(await send('PATCH', '/actions/ops.with_key', { entrypoint: 'env' })).toMatchObject({ status: 403 });
});

test('of the actions that are listed, those can be asked for that the caller can run with all they need', async () => {
  const { client } = ops;
  const make = (name: string, default_execution_permission_set_refs: string[]) =>
    client.actions.create({ body: { ...script, ref: `ops.${name}`, default_execution_permission_set_refs } });
  await make('runnable_plain', []);
  await make('runnable_held', ['ops.narrow']);
  await make('runnable_not_held', ['ops.narrow', 'ops.wide']);
  await make('runnable_not_granted', []);
  const runner = await t.login([
    ...builder.filter(({ resource }) => resource !== 'actions'),
    { resource: 'actions', actions: ['read'] },
    {
      resource: 'actions',
      actions: ['execute'],
      constraints: { refs: ['ops.runnable_plain', 'ops.runnable_held', 'ops.runnable_not_held'] },
    },
  ]);
  const path = '/api/v1/actions?ref=ops.runnable_*&include_total=true&executable_with_current_access=';
  const refsOf = async (flag: string) => {
    const { body } = await t.request('GET', path + flag, { token: runner.token });
    return (body as unknown as { items: { ref: string }[] }).items.map(({ ref }) => ref);
  };
  expect(await refsOf('true')).toEqual(['ops.runnable_held', 'ops.runnable_plain']);
  expect(await refsOf('false')).toHaveLength(4);
});

test('a rule that somebody else made may be switched by who may run its action', async () => {
  const { client } = ops;
  await client.rules.create({
    body: { ...opsRule, ref: 'ops.switched', permission_set_refs: ['ops.wide'], enabled: false },
  });
  expect(await send('POST', '/rules/ops.switched/enable')).toMatchObject({
    body: { data: { enabled: true } },
  });
  expect(await send('PATCH', '/rules/ops.switched', { permission_set_refs: null })).toMatchObject({
    status: 200,
  });
});
