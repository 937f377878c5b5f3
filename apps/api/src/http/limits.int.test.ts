import { insertIdentity } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import { createMemoryBroker, openMemoryBus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { createApi } from '../api.service.js';
import type { Api } from '../api.service.js';
import { hashPassword } from '../auth/passwords.js';
import { holdPublishing } from '../testing/hold-publishing.js';
import type { HeldBus } from '../testing/hold-publishing.js';
import { testConfig } from '../testing/test-api.js';

const database = useTestDatabase();
const log = createLogger('test', { level: 'silent' });
const account = { login: 'ada', password: 'correct horse battery' };
let api: Api;
let held: HeldBus;

beforeAll(async () => {
  const config = testConfig({
    api: {
      cors_origins: ['https://console.example'],
      login_rate_per_minute: 3,
      rate_limit_per_identity_per_minute: 5,
      request_timeout_ms: 1000,
      trusted_proxies: ['127.0.0.1'],
    },
    security: { admin_login: account.login, admin_password: account.password },
  });
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  held = holdPublishing(bus);
  api = await createApi(config, { db: database.db, bus, log });
});
afterAll(() => api.stop());

function logIn(address: string, as = account) {
  return fetch(`${api.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(as),
  });
}

test('logins of one address are limited, those of others go on', async () => {
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await logIn('192.0.2.1')).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const limited = await logIn('192.0.2.1');
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await limited.json()).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    request_id: limited.headers.get('x-request-id'),
  });
  expect((await logIn('192.0.2.2')).status).toBe(200);
});

test('a page of a configured origin may send what the API takes, and read what it says', async () => {
  const origin = 'https://console.example';
  const asked = await fetch(`${api.url}/api/v1/rules`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match,x-other',
    },
  });
  const answered = await fetch(`${api.url}/auth/settings`, { headers: { origin } });

  expect(asked.headers.get('access-control-allow-headers')).toBe(
    'authorization, content-type, idempotency-key, if-match, last-event-id',
  );
  expect(answered.headers.get('access-control-expose-headers')).toBe('etag, retry-after, x-request-id');
  expect(answered.headers.get('access-control-allow-credentials')).toBeNull();
});

test('a configured origin may ask, others may not', async () => {
  const ask = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'GET' };
    const { headers: answer } = await fetch(`${api.url}/api/v1/rules`, { method: 'OPTIONS', headers });
    return answer.get('access-control-allow-origin');
  };
  expect(await ask('https://console.example')).toBe('https://console.example');
  expect(await ask('https://evil.example')).toBeNull();
  expect(await ask('https://console.example.evil.example')).toBeNull();
});

test('a request that takes too long is given up', async () => {
  const { data } = (await (await logIn('192.0.2.3')).json()) as { data: { access_token: string } };
  held.close();
  const late = await fetch(`${api.url}/api/v1/packs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${data.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ref: 'late', label: 'x', version: '1.0.0' }),
  });
  held.open();
  expect(late.status).toBe(504);
  expect(await late.json()).toMatchObject({
    code: 'GATEWAY_TIMEOUT',
    error: expect.stringContaining('too long'),
  });
});

test('requests of one account are limited, whatever its tokens and addresses', async () => {
  const other = { login: 'bob', password: account.password };
  await insertIdentity(database.db, { login: 'bob', password_hash: await hashPassword(other.password) });
  const tokens: string[] = [];
  for (const address of ['192.0.2.10', '192.0.2.11']) {
    const { data } = (await (await logIn(address, other)).json()) as { data: { access_token: string } };
    tokens.push(data.access_token);
  }
  const ask = (turn: number) =>
    fetch(`${api.url}/auth/me`, {
      headers: { authorization: `Bearer ${tokens[turn % 2]}`, 'x-forwarded-for': `192.0.2.${100 + turn}` },
    });
  const statuses = [];
  for (let turn = 0; turn < 6; turn += 1) statuses.push((await ask(turn)).status);

  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const limited = await ask(7);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await limited.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
});
