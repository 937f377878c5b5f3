import { randomBytes } from 'node:crypto';
import { findSession, listAuditEvents, listSessions, updateIdentity } from '@attune/db';
import { useSecondApi } from '../testing/second-api.js';
import { testPassword, useTestApi } from '../testing/test-api.js';

const options = {
  security: { master_key: randomBytes(32).toString('base64'), allow_self_registration: true },
};
const t = useTestApi(options);
const second = useSecondApi(t, options);

interface Pair {
  access_token: string;
  refresh_token: string;
}
interface Shown {
  id: string;
  current: boolean;
  active: boolean;
  end_reason: string | null;
}

const newPassword = 'another long test phrase';

async function logIn(login: string, password = testPassword, at: Pick<typeof t, 'request'> = t) {
  const answer = await at.request('POST', '/auth/login', { json: { login, password } });
  return { status: answer.status, pair: answer.body.data as Pair };
}

async function me(token: string, at: Pick<typeof t, 'request'> = t) {
  return (await at.request('GET', '/auth/me', { token })).status;
}

async function refresh(refresh_token: string, at: Pick<typeof t, 'request'> = t) {
  return (await at.request('POST', '/auth/refresh', { json: { refresh_token } })).status;
}

async function sessions(token: string, path = '/auth/sessions') {
  return ((await t.request('GET', path, { token })).body as unknown as { items: Shown[] }).items;
}

/** Logged in twice; both are known to both processes. */
async function twice() {
  const first = await t.login([]);
  const { pair } = await logIn(first.login);
  for (const at of [t, second])
    expect([await me(first.token, at), await me(pair.access_token, at)]).toEqual([200, 200]);
  return { ...first, other: pair };
}

describe('sessions', () => {
  test('are listed for their owner, without what opens them', async () => {
    const { token, refresh: secret } = await twice();
    const listed = await sessions(token);
    expect(listed).toHaveLength(2);
    expect(listed.map(({ current, active }) => [current, active])).toEqual([
      [false, true],
      [true, true],
    ]);
    expect(JSON.stringify(listed)).not.toMatch(/hash|atr_/);
    expect(secret).toMatch(/^atr_/);
  });

  test('end one by one: at once here, within five seconds elsewhere', async () => {
    const { token, other } = await twice();
    const [newer] = await sessions(token);
    const ended = await t.request('DELETE', `/auth/sessions/${newer?.id}`, { token });
    expect(ended.status).toBe(200);
    expect(await me(other.access_token)).toBe(401);
    t.clock.ms += 5_000;
    expect(await me(other.access_token, second)).toBe(401);
    expect([await refresh(other.refresh_token), await me(token)]).toEqual([401, 200]);
    expect((await sessions(token))[0]).toMatchObject({ active: false, end_reason: 'ended by its owner' });
  });

  test('end all at once', async () => {
    const { token, other, refresh: secret } = await twice();
    const { body } = await t.request('DELETE', '/auth/sessions', { token });
    expect(body).toMatchObject({ success: true, message: '2 sessions have ended' });
    expect([await me(token), await me(other.access_token)]).toEqual([401, 401]);
    t.clock.ms += 5_000;
    expect([await me(token, second), await me(other.access_token, second)]).toEqual([401, 401]);
    expect([await refresh(secret, second), await refresh(other.refresh_token, second)]).toEqual([401, 401]);
  });

  test('of others are ended by whoever may, and by nobody else', async () => {
    const { token, identityId } = await t.login([]);
    const [session] = await sessions(token);
    const stranger = await t.login([]);
    const path = `/api/v1/identities/${identityId}/sessions`;
    expect(
      (await t.request('DELETE', `/auth/sessions/${session?.id}`, { token: stranger.token })).status,
    ).toBe(404);
    expect((await t.request('DELETE', path, { token: stranger.token })).status).toBe(403);
    const admin = await t.login([{ resource: 'tokens', actions: ['read', 'delete'] }]);
    expect((await sessions(admin.token, path)).map(({ id }) => id)).toEqual([session?.id]);
    expect((await t.request('DELETE', `${path}/${session?.id}`, { token: admin.token })).status).toBe(200);
    expect(await me(token)).toBe(401);
    expect((await findSession(t.db, session?.id ?? ''))?.end_reason).toBe(`ended by ${admin.login}`);
    expect((await t.request('DELETE', path, { token: admin.token })).body).toMatchObject({
      message: '0 sessions have ended',
    });
  });

  test('are not managed with an API token, nor with a login by one', async () => {
    const { token } = await t.login([{ resource: 'tokens', actions: ['create'] }]);
    const created = await t.request('POST', '/auth/tokens', { token, json: { label: 'x' } });
    const apiToken = (created.body.data as { token: string }).token;
    const login = await t.request('POST', '/auth/token-login', { json: { token: apiToken } });
    const attempts: [string, string, unknown?][] = [
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions'],
      ['PUT', '/auth/me', { display_name: 'x' }],
      ['POST', '/auth/change-password', { current_password: testPassword, new_password: newPassword }],
    ];
    for (const [method, path, json] of attempts) {
      for (const limited of [apiToken, (login.body.data as Pair).access_token]) {
        const { status } = await t.request(method, path, { token: limited, ...(json ? { json } : {}) });
        expect({ method, path, status }).toEqual({ method, path, status: 403 });
      }
    }
    expect(await me(token)).toBe(200);
  });
});

describe('a password change', () => {
  const change = (token: string, current_password: string, new_password = newPassword) =>
    t.request('POST', '/auth/change-password', { token, json: { current_password, new_password } });

  test('ends every session, in every process, and only the new password opens one', async () => {
    const { token, login, other, refresh: secret, identityId } = await twice();
    expect((await change(token, testPassword)).status).toBe(200);
    expect([await me(token), await me(other.access_token)]).toEqual([401, 401]);
    t.clock.ms += 5_000;
    expect([await me(token, second), await me(other.access_token, second)]).toEqual([401, 401]);
    expect([await refresh(secret, second), await refresh(other.refresh_token)]).toEqual([401, 401]);
    expect((await logIn(login)).status).toBe(401);
    expect((await logIn(login, newPassword, second)).status).toBe(200);
    const { items } = await listAuditEvents(t.db, { event_type: 'auth.password_changed' }, { limit: 1 });
    expect(items[0]).toMatchObject({ actor_identity: identityId, details: { sessions_ended: 2 } });
    expect(JSON.stringify(items)).not.toMatch(/phrase|argon2/);
  });

  test('takes the present password, which is guessed no faster than at a login', async () => {
    const { token } = await t.login([]);
    for (let count = 0; count < 5; count += 1) expect((await change(token, 'wrong')).status).toBe(401);
    expect((await change(token, testPassword)).status).toBe(429);
    expect(await me(token)).toBe(200);
  });

  test('refuses a password that everybody knows, or that is too short', async () => {
    const { token } = await t.login([]);
    const known = await change(token, testPassword, 'password123');
    expect({ status: known.status, path: known.body.details?.[0]?.path }).toEqual({
      status: 422,
      path: 'new_password',
    });
    expect((await change(token, testPassword, 'short')).status).toBe(422);
  });

  test('leaves no session that is opened with the old password at the same moment', async () => {
    const { token, login, identityId } = await t.login([]);
    await Promise.all([
      change(token, testPassword),
      ...Array.from({ length: 4 }, (_, index) => logIn(login, testPassword, index % 2 ? t : second)),
    ]);
    const { items } = await listSessions(t.db, { identity: identityId, active: true }, { limit: 10 });
    expect(items).toEqual([]);
  });
});

test('a freeze ends what another process has just let through within five seconds', async () => {
  const { token, identityId, refresh: secret } = await twice();
  await updateIdentity(t.db, identityId, { frozen: true });
  t.clock.ms += 5_000;
  expect([await me(token), await me(token, second)]).toEqual([401, 401]);
  expect(await refresh(secret, second)).toBe(401);
});

test('a refresh token that is used twice ends the session in every process', async () => {
  const { token, refresh: secret, identityId } = await t.login([]);
  expect(await me(token, second)).toBe(200);
  expect([await refresh(secret), await refresh(secret, second)]).toEqual([200, 401]);
  expect(await me(token, second)).toBe(401);
  t.clock.ms += 5_000;
  expect(await me(token)).toBe(401);
  const filter = { event_type: 'auth.refresh_reused', actor_identity: identityId };
  expect((await listAuditEvents(t.db, filter, { limit: 5 })).items).toHaveLength(1);
});

test('/auth/me is changed by its owner', async () => {
  const { token, login } = await t.login([]);
  const put = (display_name: string | null) =>
    t.request('PUT', '/auth/me', { token, json: { display_name } });
  expect((await put('Ann')).body.data).toMatchObject({ login, display_name: 'Ann' });
  expect((await put('  ')).body.data).toMatchObject({ display_name: null });
});

test('an account kept by an identity provider is changed there', async () => {
  const { token, identityId } = await t.login([]);
  await updateIdentity(t.db, identityId, { attributes: { ldap: { dn: 'x' } }, password_hash: null });
  t.clock.ms += 5_000;
  expect((await t.request('PUT', '/auth/me', { token, json: {} })).status).toBe(403);
  const json = { current_password: 'x', new_password: newPassword };
  expect((await t.request('POST', '/auth/change-password', { token, json })).status).toBe(403);
});

test('who registers can log in and may do nothing', async () => {
  const json = { login: 'newcomer', password: newPassword, display_name: 'New' };
  const { status, body } = await t.request('POST', '/auth/register', { json });
  expect(status).toBe(200);
  const token = (body.data as Pair).access_token;
  const shown = (await t.request('GET', '/auth/me', { token })).body.data;
  expect(shown).toMatchObject({ login: 'newcomer', effective_permissions: [], roles: [] });
  expect((await t.request('GET', '/api/v1/rules', { token })).status).toBe(403);
  expect((await logIn('newcomer', newPassword, second)).status).toBe(200);
  expect((await t.request('POST', '/auth/register', { json })).status).toBe(409);
});
