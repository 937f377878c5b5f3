import {
  addRoleToPermissionSet,
  assignPermissionSet,
  countIdentities,
  findIdentityByLogin,
  getIdentity,
  insertIdentity,
  inTransaction,
  listIdentityRoles,
  lockDefinitions,
  replaceManagedRoles,
  updateIdentity,
} from '@attune/db';
import { untilSomebodyWaits } from '@attune/db/testing';
import { waitUntil } from '@attune/testing';
import { useLdapServer } from '../../testing/ldap-server.js';
import { useTestApi } from '../../testing/test-api.js';

const server = useLdapServer();
const t = useTestApi({
  get auth() {
    return {
      ldap: {
        url: server.ldaps,
        ca_file: server.certificate,
        directory: 'the directory',
        allow_private_addresses: true,
        user_search_base: 'ou=people,dc=example,dc=org',
        search_bind_dn: 'cn=attune,dc=example,dc=org',
        search_bind_password: 'password of the searcher',
        role_mapping: { 'cn=engineers,ou=groups,dc=example,dc=org': ['operator'] },
      },
    };
  },
});

const logIn = (login: string, password = `password of ${login}`) =>
  t.request('POST', '/auth/ldap/login', { json: { login, password } });

async function trail(login: string) {
  const rows = await t.db.selectFrom('audit_event').selectAll().where('actor_login', '=', login).execute();
  return rows.map(({ outcome, details }) => [outcome, details]);
}

test('nobody of the directory gets the first account', async () => {
  expect(await logIn('grace')).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining('setup link') },
  });
  expect(await countIdentities(t.db)).toBe(0);
  await t.admin();
});

test('a directory password gives a session with the roles of the groups, and no other', async () => {
  const answer = await logIn('ada');
  expect(answer).toMatchObject({
    status: 200,
    body: { data: { user: { login: 'ada', display_name: 'Name of ada' } } },
  });
  const { access_token: token, user } = answer.body.data as { access_token: string; user: { id: number } };
  expect((await t.request('GET', '/auth/me', { token })).body.data).toMatchObject({
    id: user.id,
    roles: ['operator'],
  });
  const { items } = await listIdentityRoles(t.db, { identity: user.id }, { limit: 10 });
  expect(items.map(({ role, source, managed }) => [role, source, managed])).toEqual([
    ['operator', 'ldap', true],
  ]);
  expect((await findIdentityByLogin(t.db, 'ada'))?.attributes['ldap']).toEqual({
    server_url: 'the directory',
    dn: 'uid=ada,ou=people,dc=example,dc=org',
    distinguished_name: 'uid=ada,ou=people,dc=example,dc=org',
  });
  expect((await logIn('ada')).body.data).toMatchObject({ user });
  expect((await trail('ada'))[0]).toEqual(['success', { provider: 'ldap', roles: ['operator'] }]);
});

test('a wrong password and an unknown login look alike, leave nothing, and are recorded', async () => {
  for (const login of ['ada', 'nobody']) {
    expect(await logIn(login, 'wrong')).toMatchObject({
      status: 401,
      body: { error: 'unknown login or wrong password', code: 'UNAUTHORIZED' },
    });
    const reason = 'unknown login or wrong password';
    expect((await trail(login)).at(-1)).toEqual(['failure', { provider: 'ldap', reason }]);
  }
  expect(await findIdentityByLogin(t.db, 'nobody')).toBeUndefined();
});

test('failures lock a login, also against the right password', async () => {
  await logIn('grace');
  for (let count = 0; count < 5; count += 1) expect((await logIn('grace', 'wrong')).status).toBe(401);
  expect((await logIn('grace')).status).toBe(429);
  await waitUntil(async () => (await logIn('grace')).status === 200);
  expect((await logIn('grace', 'wrong')).status).toBe(401);
});

test('a login of ours is not taken over, nor are its guesses forgiven', async () => {
  for (let count = 0; count < 5; count += 1) {
    await t.request('POST', '/auth/login', { json: { login: 'a*b', password: 'wrong' } });
  }
  const theirs = await insertIdentity(t.db, { login: 'a*b' });
  expect((await logIn('a*b')).body.data).toMatchObject({
    user: { login: expect.stringMatching(/^ldap:[\da-f]{24}$/) },
  });
  expect(await findIdentityByLogin(t.db, 'a*b')).toEqual(theirs);
  expect((await t.request('POST', '/auth/login', { json: { login: 'a*b', password: 'wrong' } })).status).toBe(
    429,
  );
});

test('a frozen account is refused after the right password only, and keeps its roles', async () => {
  const { id } = (await findIdentityByLogin(t.db, 'ada')) ?? { id: 0 };
  await updateIdentity(t.db, id, { frozen: true });
  expect((await logIn('ada', 'wrong')).status).toBe(401);
  expect(await logIn('ada')).toMatchObject({ status: 403, body: { error: 'the account ada is frozen' } });
  await updateIdentity(t.db, id, { frozen: false });
});

async function rolesOf(identity: number) {
  const { items } = await listIdentityRoles(t.db, { identity }, { limit: 10 });
  return items.map(({ role }) => role);
}

test('a login that would take the roles of the last administrator away is refused, and takes nothing', async () => {
  const { id } = (await findIdentityByLogin(t.db, 'ada')) ?? { id: 0 };
  await addRoleToPermissionSet(t.db, 'core.admin', 'chief');
  await replaceManagedRoles(t.db, id, { source: 'ldap', roles: ['chief'] });
  const error = 'nobody would be left who holds every permission';

  expect(await logIn('ada')).toMatchObject({ status: 409, body: { error } });
  expect(await rolesOf(id)).toEqual(['chief']);
  expect((await trail('ada')).at(-1)).toEqual(['failure', { provider: 'ldap', reason: error }]);

  await assignPermissionSet(t.db, (await insertIdentity(t.db, { login: 'heir' })).id, 'core.admin');
  expect((await logIn('ada')).status).toBe(200);
  expect(await rolesOf(id)).toEqual(['operator']);
});

test('a login that changes roles waits for a change of authority, which does not wait for it', async () => {
  const { id } = (await findIdentityByLogin(t.db, 'ada')) ?? { id: 0 };
  await replaceManagedRoles(t.db, id, { source: 'ldap', roles: ['viewer'] });
  const waiting = await inTransaction(t.db, async (trx) => {
    await lockDefinitions(trx);
    const login = logIn('ada');
    await untilSomebodyWaits(t.db);
    await updateIdentity(trx, id, { attributes: { ...(await getIdentity(trx, id)).attributes, team: 'x' } });
    return { login };
  });
  expect((await waiting.login).status).toBe(200);
  expect(await rolesOf(id)).toEqual(['operator']);
  expect((await getIdentity(t.db, id)).attributes).toMatchObject({ team: 'x' });
});

test('our own password is of no use for an account of the directory', async () => {
  const answer = await t.request('POST', '/auth/login', {
    json: { login: 'ada', password: 'password of ada' },
  });
  expect(answer.status).toBe(401);
});

test('no password is logged or kept', async () => {
  const kept = JSON.stringify([
    t.lines,
    await t.db.selectFrom('audit_event').selectAll().execute(),
    await t.db.selectFrom('identity').selectAll().execute(),
  ]);
  expect(kept).not.toContain('password of');
});
