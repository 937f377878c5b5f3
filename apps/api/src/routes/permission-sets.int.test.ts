import { assignPermissionSet, insertIdentity, listAuditEvents, listGrants } from '@attune/db';
import type { Client } from '@attune/contract';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const all = { limit: 100 };
const read = { resource: 'rules' as const, actions: ['read'] };
let admin: Awaited<ReturnType<typeof t.login>>;
let client: Client;
let made = 0;

beforeAll(async () => {
  admin = await t.login();
  client = await t.client();
  await client.packs.create({ body: { ref: 'ops', label: 'Operations', version: '1.0.0' } });
});

function ask(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
  return t.request(method, `/api/v1/permissions${path}`, {
    token: admin.token,
    headers,
    ...(json === undefined ? {} : { json }),
  });
}

async function create() {
  made += 1;
  const { data } = await client.permissionSets.create({ body: { ref: `ops.set_${made}`, grants: [read] } });
  return data;
}

async function trailOf(id: number) {
  const { items } = await listAuditEvents(t.db, { resource_type: 'permission_set', resource_id: id }, all);
  return items.map(({ event_type, actor_identity, details }) => ({ event_type, actor_identity, details }));
}

test('a set is made, shown by ref and by id, changed and deleted, all of it in the trail', async () => {
  const body = { ref: 'ops.readers', label: 'Readers', grants: [read] };
  const { data: set } = await client.permissionSets.create({ body });
  expect(set).toMatchObject({ ...body, pack_ref: 'ops', description: null, is_adhoc: true, roles: [] });
  for (const ref of [set.ref, String(set.id)]) {
    expect((await client.permissionSets.get({ params: { ref } })).data).toEqual(set);
  }

  const { data: changed } = await client.permissionSets.update({
    params: { ref: set.ref },
    body: { label: null, description: 'Who reads' },
  });
  expect(changed).toMatchObject({ label: null, description: 'Who reads', grants: [read] });
  const { data: put } = await client.permissionSets.put({ params: { ref: set.ref }, body: { grants: [] } });
  expect(put).toMatchObject({ description: 'Who reads', grants: [] });

  expect((await client.permissionSets.delete({ params: { ref: set.ref } })).success).toBe(true);
  expect((await ask('GET', '/sets/ops.readers')).status).toBe(404);
  const trail = await trailOf(set.id);
  expect(trail.map(({ event_type }) => event_type)).toEqual([
    'permission_set.deleted',
    'permission_set.updated',
    'permission_set.updated',
    'permission_set.created',
  ]);
  expect(trail[1]?.details).toMatchObject({ before: { grants: [read] }, after: { grants: [] } });
});

test('sets are listed in pages, with their roles and by each filter', async () => {
  const set = await create();
  await client.permissionSets.addRole({ params: { ref: set.ref }, body: { role: 'listed' } });
  const refs = async (query: object) =>
    (await client.permissionSets.list({ query })).items.map(({ ref }) => ref);

  const first = await client.permissionSets.list({ query: { page_size: 1, ref: 'core.*' } });
  expect(first).toMatchObject({ items: [{ ref: 'core.admin', is_adhoc: false }] });
  expect(first.pagination).toMatchObject({ page_size: 1, has_next: true });
  expect(await refs({ role: 'listed' })).toEqual([set.ref]);
  expect(await refs({ pack_ref: 'ops', ref: set.ref })).toEqual([set.ref]);
  expect(await refs({ search: 'everything' })).toContain('core.admin');
  const { items } = await client.permissionSets.list({ query: { role: 'listed' } });
  expect(items[0]?.roles).toMatchObject([{ role: 'listed', permission_set_ref: set.ref }]);
});

test('a change for another version is refused', async () => {
  const set = await create();
  const shown = await ask('GET', `/sets/${set.ref}`);
  const etag = { 'if-match': shown.headers.get('etag') ?? '' };
  expect((await ask('PATCH', `/sets/${set.ref}`, { label: 'One' }, etag)).status).toBe(200);
  expect(await ask('PATCH', `/sets/${set.ref}`, { label: 'Two' }, etag)).toMatchObject({ status: 412 });
  expect((await client.permissionSets.get({ params: { ref: set.ref } })).data.label).toBe('One');
});

test.each([
  ['PATCH', { grants: [] }],
  ['PUT', { label: 'x' }],
  ['DELETE', undefined],
])('sets of packs follow their files: %s', async (method, json) => {
  const answer = await ask(method, '/sets/core.viewer', json);
  expect(answer).toMatchObject({ status: 409, body: { error: expect.stringContaining('pack core') } });
  const { data } = await client.permissionSets.get({ params: { ref: 'core.viewer' } });
  expect(data.grants).not.toEqual([]);
});

test.each([
  [{ ref: 'gone.x', grants: [] }, 422, 'ref'],
  [{ ref: 'ops.x', pack_ref: 'core', grants: [] }, 422, 'pack_ref'],
  [{ ref: 'nodot', grants: [] }, 422, 'ref'],
  [{ ref: 'ops.x' }, 422, 'grants'],
  [{ ref: 'ops.x', grants: [{ resource: 'rules', actions: ['raed'] }] }, 422, 'grants[0].actions[0]'],
  [
    { ref: 'ops.x', grants: [{ ...read, constraints: { encrypted: true } }] },
    422,
    'grants[0].constraints.encrypted',
  ],
  [{ ref: 'core.viewer', grants: [] }, 409, undefined],
])('%j is refused, and says where', async (json, status, path) => {
  const answer = await ask('POST', '/sets', json);
  expect(answer.status).toBe(status);
  if (path !== undefined)
    expect(answer.body.details).toMatchObject([{ path: expect.stringContaining(path) }]);
});

test('a set is assigned by login or id, listed by each filter, and taken away', async () => {
  const set = await create();
  const [ann, bob] = [
    await insertIdentity(t.db, { login: 'ann' }),
    await insertIdentity(t.db, { login: 'bob' }),
  ];
  const assign = client.permissionAssignments.create;
  const { data: anns } = await assign({ body: { permission_set_ref: set.ref, identity_login: 'ann' } });
  await assign({ body: { permission_set_ref: set.ref, identity_id: bob.id } });
  expect(anns).toMatchObject({ identity_id: ann.id, identity_login: 'ann', permission_set_ref: set.ref });
  expect(await listGrants(t.db, ann.id)).toEqual([read]);

  const who = async (query: object) =>
    (await client.permissionAssignments.list({ query })).items.map((item) => item.identity_login);
  expect(await who({ permission_set_ref: set.ref })).toEqual(['bob', 'ann']);
  expect(await who({ identity_id: ann.id })).toEqual(['ann']);
  const { items } = await client.identities.permissions({ params: { id: ann.id } });
  expect(items).toEqual([anns]);
  expect((await client.identities.get({ params: { id: ann.id } })).data.direct_permissions).toEqual([anns]);

  expect((await client.permissionAssignments.delete({ params: { id: anns.id } })).success).toBe(true);
  expect(await listGrants(t.db, ann.id)).toEqual([]);
  expect((await trailOf(set.id)).slice(0, 2)).toMatchObject([
    { event_type: 'permission_set.unassigned', details: { before: { identity_login: 'ann' } } },
    { event_type: 'permission_set.assigned', details: { after: { identity_login: 'bob' } } },
  ]);
});

test('an assignment names one identity and a set that exist, once', async () => {
  const set = await create();
  const permission_set_ref = set.ref;
  const bodies = [
    [{ permission_set_ref }, 422],
    [{ permission_set_ref, identity_id: admin.identityId, identity_login: admin.login }, 422],
    [{ permission_set_ref, identity_login: 'stranger' }, 422],
    [{ permission_set_ref, identity_id: 987_654_321 }, 422],
    [{ permission_set_ref: 'ops.gone', identity_id: admin.identityId }, 422],
    [{ permission_set_ref, identity_id: admin.identityId }, 201],
    [{ permission_set_ref, identity_id: admin.identityId }, 409],
  ] as const;
  for (const [body, status] of bodies) {
    expect({ body, status: (await ask('POST', '/assignments', body)).status }).toEqual({ body, status });
  }
});

test('a set is mapped to a role and taken from it', async () => {
  const set = await create();
  const { data: role } = await client.permissionSets.addRole({
    params: { ref: set.ref },
    body: { role: ' readers ' },
  });
  expect(role).toMatchObject({ permission_set_id: set.id, permission_set_ref: set.ref, role: 'readers' });

  expect((await client.permissionSets.removeRole({ params: { id: role.id } })).success).toBe(true);

  expect((await client.permissionSets.get({ params: { ref: set.ref } })).data.roles).toEqual([]);
  expect((await trailOf(set.id)).slice(0, 2)).toMatchObject([
    { event_type: 'permission_set.role_removed', details: { before: { role: 'readers' } } },
    { event_type: 'permission_set.role_added', details: { after: { role: 'readers' } } },
  ]);
});

test('what is listed, shown and changed is within the limits of the grants', async () => {
  const [mine, other] = [await create(), await create()];
  const limits = { resource: 'permissions' as const, actions: ['read', 'manage'] };
  const limited = await t.login([read, { ...limits, constraints: { refs: [mine.ref] } }]);
  for (const ref of [mine.ref, other.ref]) await assignPermissionSet(t.db, admin.identityId, ref);
  const as = (method: string, path: string, json?: unknown) =>
    t.request(method, `/api/v1/permissions${path}`, { token: limited.token, ...(json ? { json } : {}) });

  expect((await as('GET', '/sets')).body).toMatchObject({ items: [{ ref: mine.ref }] });
  expect((await as('GET', '/assignments')).body).toMatchObject({ items: [{ permission_set_ref: mine.ref }] });
  expect((await as('GET', `/sets/${other.ref}`)).status).toBe(404);
  expect((await as('PATCH', `/sets/${other.ref}`, { label: 'x' })).status).toBe(404);
  expect((await as('PATCH', `/sets/${mine.ref}`, { label: 'x' })).status).toBe(200);
  expect((await as('POST', '/sets', { ref: 'ops.third', grants: [read] })).status).toBe(403);
  const to = { permission_set_ref: other.ref, identity_id: limited.identityId };
  expect((await as('POST', '/assignments', to)).status).toBe(403);
  expect((await as('POST', `/sets/${other.ref}/roles`, { role: 'x' })).status).toBe(404);
});

test('the sets of the core pack are such as the API takes, from who holds core.admin', async () => {
  const administrator = await t.login([]);
  await assignPermissionSet(t.db, administrator.identityId, 'core.admin');
  const { items } = await client.permissionSets.list({ query: { ref: 'core.*', search: 'core' } });
  const shipped = items.filter(({ label }) => label !== null);
  expect(shipped.map(({ ref }) => ref)).toEqual(expect.arrayContaining(['core.admin', 'core.viewer']));
  for (const { ref, grants } of shipped) {
    const json = { ref: ref.replace('core.', 'ops.copy_of_'), grants };
    const answer = await t.request('POST', '/api/v1/permissions/sets', { token: administrator.token, json });
    expect(answer.body).toMatchObject({ data: { grants } });
  }
});
