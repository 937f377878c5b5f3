import { randomBytes } from 'node:crypto';
import { findApiToken, insertIdentity, updateIdentity, updatePermissionSet } from '@attune/db';
import type { Grant } from '@attune/domain';
import { useSecondApi } from '../testing/second-api.js';
import { useTestApi } from '../testing/test-api.js';

const options = { security: { master_key: randomBytes(32).toString('base64') } };
const t = useTestApi(options);
const second = useSecondApi(t, options);

const manage: Grant = { resource: 'tokens', actions: ['read', 'create', 'delete'] };
const manageOwn: Grant = { ...manage, constraints: { owner: 'self' } };
const readRules: Grant = { resource: 'rules', actions: ['read'] };
const opsRules: Grant = { ...readRules, constraints: { pack_refs: ['ops'] } };

interface Token {
  id: number;
  scope: Grant[] | null;
  active: boolean;
  token_prefix: string;
  token_suffix: string;
}
interface Created {
  token: string;
  integration_token: Token;
}

async function create(token: string, body: Record<string, unknown> = {}, path = '/auth/tokens') {
  const answer = await t.request('POST', path, { token, json: { label: 'test', ...body } });
  return { ...answer, data: answer.body.data as Created };
}

const of = (identityId: number) => `/api/v1/identities/${identityId}/integration-tokens`;
const grantsOf = async (token: string, at: Pick<typeof t, 'request'> = t) =>
  ((await at.request('GET', '/auth/me', { token })).body.data as { effective_permissions: Grant[] })
    .effective_permissions;
const me = async (token: string, at: Pick<typeof t, 'request'> = t) =>
  (await at.request('GET', '/auth/me', { token })).status;

async function tokenLogin(token: string) {
  const answer = await t.request('POST', '/auth/token-login', { json: { token } });
  return { ...answer, data: answer.body.data as { access_token: string; refresh_token: string } };
}

describe('an API token', () => {
  test('is shown once, stored as a hash, and opens the API in its place', async () => {
    const { token, identityId } = await t.login([manageOwn, readRules]);
    const { status, data } = await create(token, { label: 'CI', description: 'builds' });
    expect(status).toBe(201);
    expect(data.token).toMatch(/^atk_[\w-]{43}$/);
    expect(data.integration_token).toMatchObject({
      identity_id: identityId,
      label: 'CI',
      description: 'builds',
      token_prefix: data.token.slice(0, 8),
      token_suffix: data.token.slice(-4),
      scope: null,
      active: true,
      created_by: identityId,
    });
    expect(await grantsOf(data.token)).toEqual([manageOwn, readRules]);
    expect(await me(data.token, second)).toBe(200);

    const stored = await t.db.selectFrom('api_token').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(data.token);
    const listed = await t.request('GET', '/auth/tokens', { token });
    expect(JSON.stringify(listed.body)).not.toContain(data.token);
    const trail = await t.db.selectFrom('audit_event').selectAll().execute();
    expect(JSON.stringify(trail)).not.toContain(data.token);
    expect(t.lines.join('')).not.toContain(data.token);
  });

  test('has no more than its scope, and no more than its identity has at that time', async () => {
    const { token, identityId } = await t.login([manageOwn, readRules]);
    const { data } = await create(token, { scope: [opsRules] });
    expect(await grantsOf(data.token)).toEqual([opsRules]);

    const [set] = await t.db
      .selectFrom('permission_assignment')
      .select('permset')
      .where('identity', '=', identityId)
      .execute();
    const limited = { ...readRules, constraints: { pack_refs: ['ops', 'dev'], owner: 'self' as const } };
    await updatePermissionSet(t.db, set?.permset ?? 0, { grants: [limited] });
    t.clock.ms += 5_000;
    expect(await grantsOf(data.token)).toEqual([
      { ...readRules, constraints: { pack_refs: ['ops'], owner: 'self' } },
    ]);
    await updatePermissionSet(t.db, set?.permset ?? 0, { grants: [] });
    t.clock.ms += 5_000;
    expect((await t.request('GET', '/api/v1/rules', { token: data.token })).status).toBe(403);
  });

  test('is refused beyond what its maker holds, saying what is missing', async () => {
    const { token } = await t.login([manageOwn, opsRules]);
    const { status, body } = await create(token, { scope: [readRules] });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      error: 'nobody grants more than they hold',
      details: [{ path: 'scope', message: expect.stringContaining('rules:read') }],
    });
  });

  test('made with a limited token is limited as that one, for good', async () => {
    const { token } = await t.login([manageOwn, readRules, { resource: 'keys', actions: ['read'] }]);
    const { data: first } = await create(token, { scope: [manageOwn, readRules] });
    const { data: next } = await create(first.token);
    expect(next.integration_token.scope).toEqual([manageOwn, readRules]);
    const login = await tokenLogin(first.token);
    const { data: last } = await create(login.data.access_token);
    expect(await grantsOf(last.token)).toEqual([manageOwn, readRules]);
  });

  test('ends at its time, and is not made for a time that has passed', async () => {
    const { token } = await t.login([manageOwn]);
    const past = await create(token, { expires_at: new Date(t.clock.ms - 1).toISOString() });
    expect(past.status).toBe(422);
    const { data } = await create(token, { expires_at: new Date(t.clock.ms + 60_000).toISOString() });
    expect(await me(data.token)).toBe(200);
    t.clock.ms += 60_000;
    expect(await me(data.token)).toBe(401);
    expect((await tokenLogin(data.token)).status).toBe(401);
  });

  test('ends at once where it is revoked, and elsewhere within five seconds, with its logins', async () => {
    const { token } = await t.login([manageOwn]);
    const { data } = await create(token);
    const { data: login } = await tokenLogin(data.token);
    for (const each of [data.token, login.access_token]) {
      expect([await me(each), await me(each, second)]).toEqual([200, 200]);
    }
    const path = `/auth/tokens/${data.integration_token.id}/revoke`;
    const revoked = await t.request('POST', path, { token, json: { reason: 'lost' } });
    expect(revoked.body.data).toMatchObject({ active: false, revocation_reason: 'lost' });
    expect([await me(data.token), await me(login.access_token)]).toEqual([401, 401]);
    t.clock.ms += 5_000;
    expect([await me(data.token, second), await me(login.access_token, second)]).toEqual([401, 401]);
    const refresh = { json: { refresh_token: login.refresh_token } };
    expect((await second.request('POST', '/auth/refresh', refresh)).status).toBe(401);
    expect((await tokenLogin(data.token)).status).toBe(401);

    const again = await t.request('POST', path, { token, json: { reason: 'another' } });
    expect(again.body.data).toMatchObject({ revocation_reason: 'lost' });
  });

  test('is useless while its identity is frozen', async () => {
    const { token, identityId } = await t.login([manageOwn]);
    const { data } = await create(token);
    await updateIdentity(t.db, identityId, { frozen: true });
    expect((await tokenLogin(data.token)).status).toBe(401);
    expect(await me(data.token)).toBe(401);
    await updateIdentity(t.db, identityId, { frozen: false });
    expect(await me(data.token)).toBe(200);
  });

  test('can be deleted', async () => {
    const { token } = await t.login([manageOwn]);
    const { data } = await create(token);
    const { id } = data.integration_token;
    expect((await t.request('DELETE', `/auth/tokens/${id}`, { token })).status).toBe(200);
    expect(await findApiToken(t.db, id)).toBeUndefined();
    expect(await me(data.token)).toBe(401);
    expect((await t.request('DELETE', `/auth/tokens/${id}`, { token })).status).toBe(404);
  });
});

describe('the token of another identity', () => {
  test('is made, listed and revoked by whoever may, within what the maker holds', async () => {
    const maker = await t.login([manage, readRules]);
    const robot = await t.login([readRules, { resource: 'keys', actions: ['decrypt'] }]);
    const more = await create(maker.token, {}, of(robot.identityId));
    expect(more.status).toBe(403);
    expect(more.body.details?.[0]?.message).toContain('keys:decrypt');

    const { status, data } = await create(maker.token, { scope: [readRules] }, of(robot.identityId));
    expect(status).toBe(201);
    expect(await grantsOf(data.token)).toEqual([readRules]);
    const { body } = await t.request('GET', of(robot.identityId), { token: maker.token });
    expect((body as unknown as { items: Token[] }).items.map(({ id }) => id)).toEqual([
      data.integration_token.id,
    ]);
    const revoke = `${of(robot.identityId)}/${data.integration_token.id}/revoke`;
    expect((await t.request('POST', revoke, { token: maker.token, json: {} })).status).toBe(200);
    expect(await me(data.token)).toBe(401);
  });

  test('does not grow beyond its maker when the identity gets more', async () => {
    const maker = await t.login([manage, readRules]);
    const robot = await insertIdentity(t.db, { login: 'robot' });
    const { data } = await create(maker.token, {}, of(robot.id));
    expect(data.integration_token.scope).toEqual([]);
  });

  test('gives nothing of its own rows to a maker who may only see theirs', async () => {
    const keys: Grant = { resource: 'keys', actions: ['read'], constraints: { owner: 'self' } };
    const maker = await t.login([manage, keys]);
    const robot = await t.login([keys]);
    expect((await create(maker.token, { scope: [keys] }, of(robot.identityId))).status).toBe(403);
    expect((await create(maker.token, { scope: [keys] })).status).toBe(201);
  });

  test('is out of reach for who may manage their own', async () => {
    const own = await t.login([manageOwn]);
    const other = await t.login([manageOwn]);
    const { data } = await create(other.token);
    const { id } = data.integration_token;
    const asked: [string, string][] = [
      ['GET', of(other.identityId)],
      ['POST', of(other.identityId)],
      ['POST', `${of(other.identityId)}/${id}/revoke`],
      ['DELETE', `${of(other.identityId)}/${id}`],
      ['DELETE', `/auth/tokens/${id}`],
      ['DELETE', `${of(own.identityId)}/${id}`],
      ['POST', `/auth/tokens/${id}/revoke`],
    ];
    for (const [method, path] of asked) {
      const json = method === 'GET' ? {} : { json: { label: 'x' } };
      const { status } = await t.request(method, path, { token: own.token, ...json });
      expect({ method, path, status }).toEqual({ method, path, status: 404 });
    }
    expect(await me(data.token)).toBe(200);
  });
});

test('logging in with an API token keeps to its scope through refreshes', async () => {
  const { token, login } = await t.login([manageOwn, readRules]);
  const { data } = await create(token, { scope: [opsRules] });
  const { data: pair, body } = await tokenLogin(data.token);
  expect(body.data).toMatchObject({ user: { login } });
  expect(await grantsOf(pair.access_token)).toEqual([opsRules]);
  const refreshed = await t.request('POST', '/auth/refresh', { json: { refresh_token: pair.refresh_token } });
  expect(await grantsOf((refreshed.body.data as typeof pair).access_token, second)).toEqual([opsRules]);
});

test('only API tokens log in with /auth/token-login', async () => {
  const { token, refresh } = await t.login();
  for (const other of [token, refresh, 'atk_wrong', 'abc']) {
    expect((await tokenLogin(other)).status).toBe(401);
  }
});

test('making, revoking, deleting and using tokens is in the audit trail', async () => {
  const { token, identityId } = await t.login([manageOwn]);
  const { data } = await create(token, { label: 'audited' });
  const { id } = data.integration_token;
  await tokenLogin(data.token);
  await t.request('POST', `/auth/tokens/${id}/revoke`, { token, json: { reason: 'why' } });
  await t.request('DELETE', `/auth/tokens/${id}`, { token });
  const trail = await t.db
    .selectFrom('audit_event')
    .select(['event_type', 'resource_id', 'details'])
    .where('actor_identity', '=', identityId)
    .orderBy('id')
    .execute();
  expect(trail.map(({ event_type }) => event_type)).toEqual([
    'auth.login',
    'auth.token_created',
    'auth.token_login',
    'auth.token_revoked',
    'auth.token_deleted',
  ]);
  expect(trail[3]).toMatchObject({ resource_id: id, details: { label: 'audited', reason: 'why' } });
});
