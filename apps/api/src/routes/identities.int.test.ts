import {
  findIdentity,
  insertPermissionSet,
  listAuditEvents,
  listSessions,
  replaceManagedRoles,
} from '@attune/db';
import { insertApiToken, listApiTokens, updateIdentity } from '@attune/db';
import type { Grant } from '@attune/domain';
import { testPassword, useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const identities = (...actions: string[]): Grant => ({ resource: 'identities', actions });
const manage: Grant = { resource: 'permissions', actions: ['read', 'manage'] };
const newPassword = 'another long enough phrase';
const all = { limit: 100 };

let manager: Awaited<ReturnType<typeof t.login>>;

beforeAll(async () => {
  manager = await t.login([identities('read', 'create', 'update', 'delete', 'credentials'), manage]);
});

function ask(method: string, path: string, json?: unknown, token = manager.token) {
  return t.request(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
}

async function create(values: object = {}): Promise<{ id: number; login: string }> {
  const login = `made-${crypto.randomUUID()}`;
  const answer = await ask('POST', '/identities', { login, ...values });
  expect(answer.status).toBe(201);
  return answer.body.data as { id: number; login: string };
}

async function trailOf(id: number) {
  const { items } = await listAuditEvents(t.db, { resource_type: 'identity', resource_id: id }, all);
  return items.map(({ event_type, actor_login, details }) => ({ event_type, actor_login, details }));
}

test('an identity is made, shown and listed, without its password', async () => {
  const made = await create({ display_name: 'Ada', password: newPassword, attributes: { team: 'ops' } });
  await ask('POST', `/identities/${made.id}/roles`, { role: 'nobodys' });

  const shown = await ask('GET', `/identities/${made.id}`);
  expect(shown.body.data).toEqual({
    id: made.id,
    login: made.login,
    display_name: 'Ada',
    frozen: false,
    attributes: { team: 'ops' },
    created: expect.any(String),
    updated: expect.any(String),
    direct_permissions: [],
    roles: [expect.objectContaining({ role: 'nobodys', source: 'manual', managed: false })],
  });
  const listed = await ask('GET', `/identities?login=${made.login}`);
  expect(listed.body).toMatchObject({
    items: [{ login: made.login, roles: ['nobodys'] }],
    pagination: { page: 1 },
  });
  expect(JSON.stringify([shown.body, listed.body, await trailOf(made.id)])).not.toMatch(
    /argon2|password_hash/,
  );
  const login = await t.request('POST', '/auth/login', {
    json: { login: made.login, password: newPassword },
  });
  expect(login.status).toBe(200);
});

test.each(['POST', 'PATCH', 'PUT'])(
  'a password that is too short, too long or known is refused: %s',
  async (method) => {
    const made = await create();
    const path = method === 'POST' ? '/identities' : `/identities/${made.id}`;
    for (const password of ['short', 'x'.repeat(129), 'TestPass123!']) {
      const login = `refused-${crypto.randomUUID()}`;
      const answer = await ask(method, path, { ...(method === 'POST' ? { login } : {}), password });
      expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'password' }] } });
    }
    expect(await findIdentity(t.db, made.id)).toMatchObject({ password_hash: null });
  },
);

test.each(['PATCH', 'PUT'])(
  '%s changes what is given and nothing else, and the trail keeps both',
  async (method) => {
    const made = await create({ display_name: 'Ada', attributes: { team: 'ops' } });

    const answer = await ask(method, `/identities/${made.id}`, { display_name: null });

    expect(answer.body.data).toMatchObject({
      display_name: null,
      attributes: { team: 'ops' },
      frozen: false,
    });
    const [changed] = await trailOf(made.id);
    expect(changed).toMatchObject({
      event_type: 'identity.updated',
      actor_login: manager.login,
      details: { before: { display_name: 'Ada' }, after: { display_name: null } },
    });
  },
);

test('the login and unknown identities stay as they are', async () => {
  const made = await create();
  const renamed = await ask('PATCH', `/identities/${made.id}`, { login: 'other' });
  expect(renamed.body).toMatchObject({
    data: { login: made.login },
    warnings: [expect.stringContaining('login')],
  });
  expect(await ask('POST', '/identities', { login: made.login })).toMatchObject({ status: 409 });
  for (const [method, path] of [
    ['GET', '/identities/987654321'],
    ['PATCH', '/identities/987654321'],
    ['DELETE', '/identities/987654321'],
    ['POST', '/identities/987654321/freeze'],
    ['POST', '/identities/987654321/roles'],
    ['GET', '/identities/987654321/permissions'],
    ['DELETE', '/identities/roles/987654321'],
    ['DELETE', '/permissions/assignments/987654321'],
    ['DELETE', '/permissions/sets/roles/987654321'],
    ['GET', '/permissions/sets/core.nothing'],
  ] as const) {
    const answer = await ask(method, path, method === 'GET' ? undefined : { role: 'x' });
    expect({ path, status: answer.status }).toEqual({ path, status: 404 });
  }
});

type Ending = (id: number) => Promise<{ status: number }>;

test.each<[string, Ending]>([
  ['freezing', (id) => ask('POST', `/identities/${id}/freeze`)],
  ['freezing by PUT', (id) => ask('PUT', `/identities/${id}`, { frozen: true })],
  ['setting the password', (id) => ask('PATCH', `/identities/${id}`, { password: newPassword })],
  ['taking the password away', (id) => ask('PATCH', `/identities/${id}`, { password: null })],
])('%s ends sessions and API tokens at once', async (_name, end) => {
  const bob = await t.login([]);
  await insertApiToken(t.db, {
    identity: bob.identityId,
    label: 'ci',
    token_hash: crypto.randomUUID(),
    token_prefix: 'at_',
    token_suffix: 'x',
  });
  expect((await t.request('GET', '/auth/me', { token: bob.token })).status).toBe(200);

  expect((await end(bob.identityId)).status).toBe(200);

  expect((await t.request('GET', '/auth/me', { token: bob.token })).status).toBe(401);
  const refreshed = await t.request('POST', '/auth/refresh', { json: { refresh_token: bob.refresh } });
  expect(refreshed.status).toBe(401);
  const active = { identity: bob.identityId, active: true };
  expect((await listSessions(t.db, active, all)).items).toEqual([]);
  expect((await listApiTokens(t.db, active, all)).items).toEqual([]);
});

test('a frozen identity comes back by unfreezing', async () => {
  const bob = await t.login([]);
  const credentials = { json: { login: bob.login, password: testPassword } };
  await ask('POST', `/identities/${bob.identityId}/freeze`);
  expect((await t.request('POST', '/auth/login', credentials)).status).toBe(403);

  expect((await ask('POST', `/identities/${bob.identityId}/unfreeze`)).body.data).toMatchObject({
    frozen: false,
  });

  expect((await t.request('POST', '/auth/login', credentials)).status).toBe(200);
  expect((await trailOf(bob.identityId)).map(({ event_type }) => event_type)).toEqual([
    'identity.unfrozen',
    'identity.frozen',
  ]);
});

test('setting a password unlocks', async () => {
  const bob = await t.login([]);
  const logIn = (password: string) =>
    t.request('POST', '/auth/login', { json: { login: bob.login, password } });
  for (let count = 0; count < 5; count += 1) await logIn('wrong');
  expect((await logIn('wrong')).status).toBe(429);

  await ask('PATCH', `/identities/${bob.identityId}`, { password: newPassword });

  expect((await logIn(newPassword)).status).toBe(200);
});

test('a deleted identity is gone, with its sessions', async () => {
  const bob = await t.login([]);

  const answer = await ask('DELETE', `/identities/${bob.identityId}`);

  expect(answer.body).toEqual({ success: true, message: `identity ${bob.login} is deleted` });
  expect((await t.request('GET', '/auth/me', { token: bob.token })).status).toBe(401);
  expect(await findIdentity(t.db, bob.identityId)).toBeUndefined();
  expect(await trailOf(bob.identityId)).toMatchObject([
    { event_type: 'identity.deleted', details: { before: { login: bob.login } } },
  ]);
});

test.each([
  ['DELETE', '', undefined],
  ['POST', '/freeze', {}],
  ['PATCH', '', { frozen: true }],
  ['PUT', '', { frozen: true }],
])('nobody locks themselves out: %s %s', async (method, rest, json) => {
  const answer = await ask(method, `/identities/${manager.identityId}${rest}`, json);
  expect(answer).toMatchObject({ status: 409, body: { error: expect.stringContaining('themselves') } });
});

test('a role is given and taken, but not one that a provider gives', async () => {
  const made = await create();
  const given = await ask('POST', `/identities/${made.id}/roles`, { role: 'night-watch' });
  expect(given).toMatchObject({ status: 201, body: { data: { identity_id: made.id, role: 'night-watch' } } });
  const { id } = given.body.data as { id: number };
  expect((await ask('DELETE', `/identities/roles/${id}`)).body).toMatchObject({ success: true });
  expect((await trailOf(made.id)).map(({ event_type }) => event_type).slice(0, 2)).toEqual([
    'identity.role_removed',
    'identity.role_added',
  ]);

  const [managed] = await replaceManagedRoles(t.db, made.id, { source: 'ldap', roles: ['staff'] });
  const refused = await ask('DELETE', `/identities/roles/${managed?.id}`);
  expect(refused).toMatchObject({ status: 409, body: { error: expect.stringContaining('ldap') } });
});

test('what is listed and shown is within the limits of the grants', async () => {
  const made = await create();
  const other = await create();
  const limited = await t.login([{ ...identities('read', 'update'), constraints: { ids: [made.id] } }]);

  const listed = await ask('GET', '/identities', undefined, limited.token);
  expect(listed.body).toMatchObject({ items: [{ id: made.id }] });
  expect((await ask('GET', `/identities/${other.id}`, undefined, limited.token)).status).toBe(404);
  expect((await ask('PATCH', `/identities/${other.id}`, { display_name: 'x' }, limited.token)).status).toBe(
    404,
  );
  expect((await ask('PATCH', `/identities/${made.id}`, { display_name: 'x' }, limited.token)).status).toBe(
    200,
  );
});

test('everybody sees which permission sets they have and whether they have a password', async () => {
  const bob = await t.login([identities('read')]);
  const { ref } = await insertPermissionSet(t.db, { ref: 'core.by_role' });
  await ask('POST', `/permissions/sets/${ref}/roles`, { role: 'me-role' });
  await ask('POST', `/identities/${bob.identityId}/roles`, { role: 'me-role' });
  const me = () => t.request('GET', '/auth/me', { token: bob.token });
  expect((await me()).body.data).toMatchObject({
    roles: ['me-role'],
    assigned_permission_set_refs: ['core.by_role', expect.stringContaining('core.tester_')],
    can_change_password: true,
  });
  await updateIdentity(t.db, bob.identityId, { password_hash: null });
  expect((await me()).body.data).toMatchObject({ can_change_password: false });
});
