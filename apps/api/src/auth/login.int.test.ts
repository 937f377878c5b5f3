import { updateIdentity } from '@attune/db';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { testPassword, useTestApi } from '../testing/test-api.js';

const t = useTestApi();

interface Pair {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

function logIn(login: string, password: string) {
  return t.request('POST', '/auth/login', { json: { login, password } });
}

async function refresh(refresh_token: string) {
  const answer = await t.request('POST', '/auth/refresh', { json: { refresh_token } });
  return { status: answer.status, pair: answer.body.data as Pair, body: answer.body };
}

async function me(token: string) {
  return (await t.request('GET', '/auth/me', { token })).status;
}

test('a login gives a token that the published keys verify', async () => {
  const { token, identityId } = await t.login();
  const keys = (await t.request('GET', '/.well-known/jwks.json')).body as unknown as JSONWebKeySet;
  expect(JSON.stringify(keys)).not.toContain('"d"');
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: 'attune',
    audience: 'attune',
  });
  expect(payload).toMatchObject({ sub: String(identityId), kind: 'access', jti: expect.any(String) });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', kid: keys.keys[0]?.kid });
});

test('the private signing key is stored encrypted', async () => {
  const rows = await t.db.selectFrom('signing_key').select('private_sealed').execute();
  expect(rows).toHaveLength(1);
  expect(rows[0]?.private_sealed).toEqual({
    v: 1,
    kid: expect.any(String),
    key: expect.any(String),
    data: expect.any(String),
  });
});

test('an unknown login and a wrong password look alike', async () => {
  const { login } = await t.login();
  const unknown = await logIn('nobody-at-all', 'whatever');
  const wrong = await logIn(login, 'whatever');
  for (const { status, body } of [unknown, wrong]) {
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: 'unknown login or wrong password', code: 'UNAUTHORIZED' });
  }
});

test('a frozen account is told so only after the right password, and its tokens end', async () => {
  const { login, identityId, token, refresh: refreshToken } = await t.login();
  await updateIdentity(t.db, identityId, { frozen: true });
  expect((await logIn(login, 'wrong')).status).toBe(401);
  expect((await logIn(login, testPassword)).status).toBe(403);
  t.clock.ms += 6000;
  expect(await me(token)).toBe(401);
  expect((await refresh(refreshToken)).status).toBe(401);
});

test('a refresh token is good for one use; the second ends the session at once', async () => {
  const first = await t.login();
  const second = await refresh(first.refresh);
  expect(second.status).toBe(200);
  expect(await me(second.pair.access_token)).toBe(200);

  const reused = await refresh(first.refresh);
  expect(reused.status).toBe(401);
  expect(reused.body.error).toContain('used before');
  expect(await me(second.pair.access_token)).toBe(401);
  expect(await me(first.token)).toBe(401);
  expect((await refresh(second.pair.refresh_token)).status).toBe(401);
});

test.each([0, 1, 2])('a refresh token of %i rotations before ends the session, too', async (older) => {
  const { token, refresh: first } = await t.login();
  const tokens = [first];
  for (let count = 0; count < 3; count += 1)
    tokens.push((await refresh(tokens.at(-1) ?? '')).pair.refresh_token);

  const reused = await refresh(tokens[2 - older] ?? '');

  expect(reused).toMatchObject({ status: 401, body: { error: expect.stringContaining('used before') } });
  expect(await me(token)).toBe(401);
  expect((await refresh(tokens.at(-1) ?? '')).status).toBe(401);
});

test.each<[string, (token: string) => string]>([
  ['a session that there is not', () => 'atr_none.none'],
  ['part of one', (token) => token.slice(0, -1)],
  ['nothing', () => '.'],
])('a refresh token of %s is not valid, and ends nothing', async (_name, write) => {
  const { token, refresh: refreshToken } = await t.login();
  const answer = await refresh(write(refreshToken));
  expect(answer).toMatchObject({ status: 401, body: { error: expect.stringContaining('not valid') } });
  expect(await me(token)).toBe(200);
  expect((await refresh(refreshToken)).status).toBe(200);
});

test('of two refreshes at once one wins', async () => {
  const { refresh: token } = await t.login();
  const answers = await Promise.all([refresh(token), refresh(token)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
});

test('logging out ends the session at once', async () => {
  const { token, refresh: refreshToken } = await t.login();
  expect((await t.request('POST', '/auth/logout', { token })).status).toBe(200);
  expect(await me(token)).toBe(401);
  expect((await refresh(refreshToken)).status).toBe(401);
});

test('a refresh token is no access token', async () => {
  const { refresh: refreshToken } = await t.login();
  expect(await me(refreshToken)).toBe(401);
});

test('an access token ends after 15 minutes, the session goes on', async () => {
  const { token, refresh: refreshToken } = await t.login();
  t.clock.ms += 899_000;
  expect(await me(token)).toBe(200);
  t.clock.ms += 2000;
  expect(await me(token)).toBe(401);
  expect((await refresh(refreshToken)).status).toBe(200);
});

test('/auth/me tells who asks and what they may do', async () => {
  const { token, login, identityId } = await t.login([{ resource: 'rules', actions: ['read'] }]);
  const { body } = await t.request('GET', '/auth/me', { token });
  expect(body.data).toMatchObject({
    id: identityId,
    login,
    effective_permissions: [{ resource: 'rules', actions: ['read'] }],
  });
});

test('logins, failures, reuse, logouts and denials are in the audit trail', async () => {
  const { login, identityId, token, refresh: refreshToken } = await t.login([]);
  await logIn(login, 'wrong');
  await t.request('GET', '/api/v1/rules', { token });
  await refresh(refreshToken);
  await refresh(refreshToken);
  const next = (await logIn(login, testPassword)).body.data as Pair;
  await t.request('POST', '/auth/logout', { token: next.access_token });
  const trail = await t.db
    .selectFrom('audit_event')
    .selectAll()
    .where((eb) => eb.or([eb('actor_login', '=', login), eb('actor_identity', '=', identityId)]))
    .orderBy('id')
    .execute();
  expect(trail.map(({ event_type, outcome }) => [event_type, outcome])).toEqual([
    ['auth.login', 'success'],
    ['auth.login', 'failure'],
    ['rbac.denied', 'denied'],
    ['auth.refresh_reused', 'denied'],
    ['auth.login', 'success'],
    ['auth.logout', 'success'],
  ]);
  expect(trail[2]).toMatchObject({ http_path: '/api/v1/rules', details: { permission: 'rules:read' } });
  expect(trail.every(({ actor_ip, request_id }) => actor_ip === '127.0.0.1' && request_id !== null)).toBe(
    true,
  );
  expect(JSON.stringify(trail)).not.toContain(testPassword);
});

test('no password, token or hash is logged', async () => {
  const { token, refresh: refreshToken } = await t.login();
  const log = t.lines.join('');
  for (const secret of [testPassword, token, refreshToken, '$argon2id$']) expect(log).not.toContain(secret);
});
