import { randomBytes } from 'node:crypto';
import { findActiveSigningKey, listAuditEvents, listPublicSigningKeys } from '@attune/db';
import { waitUntil } from '@attune/testing';
import { decodeProtectedHeader } from 'jose';
import { useSecondApi } from '../testing/second-api.js';
import { testPassword, useTestApi } from '../testing/test-api.js';
import { createContext } from '../context.js';
import { testConfig } from '../testing/test-api.js';
import { rotateAgedKey } from './rotate-signing-key.js';

const options = { security: { master_key: randomBytes(32).toString('base64') } };
const t = useTestApi(options);
const second = useSecondApi(t, options);
const manage = [{ resource: 'system' as const, actions: ['manage'] }];

const me = async (token: string, at: Pick<typeof t, 'request'>) =>
  (await at.request('GET', '/auth/me', { token })).status;
const rotate = (token: string, at: Pick<typeof t, 'request'> = t) =>
  at.request('POST', '/api/v1/signing-keys/rotate', { token });

async function kidOfNewLogin(login: string, at: Pick<typeof t, 'request'>) {
  const { body } = await at.request('POST', '/auth/login', { json: { login, password: testPassword } });
  const token = (body.data as { access_token: string }).access_token;
  return { token, kid: decodeProtectedHeader(token).kid };
}

async function published(at: Pick<typeof t, 'request'>) {
  const { body } = await at.request('GET', '/.well-known/jwks.json');
  return (body as unknown as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

test('a rotation is followed by every process, and what was signed before stays good', async () => {
  const { token, login } = await t.login(manage);
  const before = decodeProtectedHeader(token).kid ?? '';
  const answer = await rotate(token);
  expect(answer.status).toBe(201);
  const { kid } = answer.body.data as { kid: string };
  expect(kid).not.toBe(before);

  const here = await kidOfNewLogin(login, t);
  expect(here.kid).toBe(kid);
  await waitUntil(async () => (await me(here.token, second)) === 200);
  await waitUntil(async () => (await kidOfNewLogin(login, second)).kid === kid);
  expect([await me(token, t), await me(token, second)]).toEqual([200, 200]);
  for (const at of [t, second]) expect(await published(at)).toEqual([kid, before]);
  const { items } = await listAuditEvents(t.db, { event_type: 'auth.signing_key_rotated' }, { limit: 5 });
  expect(items).toMatchObject([{ actor_login: login, resource_ref: kid }]);
});

test('a retired key verifies until its longest token has ended', async () => {
  const { token } = await t.login(manage);
  const before = decodeProtectedHeader(token).kid ?? '';
  await rotate(token);
  const retired = (await listPublicSigningKeys(t.db)).find(({ kid }) => kid === before);
  const days = ((retired?.expires_at?.getTime() ?? 0) - t.clock.ms) / 86_400_000;
  expect(days).toBeGreaterThan(3);
  expect(days).toBeLessThan(3.1);
});

test('rotations at once leave one key that signs', async () => {
  const { token } = await t.login(manage);
  expect(await me(token, second)).toBe(200);
  const answers = await Promise.all([
    rotate(token),
    rotate(token, second),
    rotate(token),
    rotate(token, second),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  const signing = (await listPublicSigningKeys(t.db)).filter(({ retired_at }) => retired_at === null);
  expect(signing).toHaveLength(1);
});

test('a key is replaced at its age, by one of several processes', async () => {
  const log = { info: () => {}, warn: () => {}, debug: () => {}, error: () => {}, child: () => log } as never;
  const context = async (days: number) => {
    const config = testConfig({ security: { ...options.security, signing_key_days: days } });
    return createContext(config, { db: t.db, bus: t.bus, log, clock: t.clock });
  };
  const [never, daily, other] = [await context(0), await context(1), await context(1)];
  const kid = async () => (await findActiveSigningKey(t.db))?.kid;
  const before = await kid();
  await rotateAgedKey(daily);
  expect(await kid()).toBe(before);
  t.clock.ms += 2 * 86_400_000;
  await rotateAgedKey(never);
  expect(await kid()).toBe(before);
  t.clock.ms -= 86_000_000;
  const count = (await listPublicSigningKeys(t.db)).length;
  await Promise.all([rotateAgedKey(daily), rotateAgedKey(other)]);
  expect(await kid()).not.toBe(before);
  expect(await listPublicSigningKeys(t.db)).toHaveLength(count + 1);
  for (const ctx of [never, daily, other]) await ctx.streams.close();
});
