import { createHmac } from 'node:crypto';
import { readingAddresses } from '@attune/contract/testing';
import { storedRows } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { canariesIn, newCanary } from '@attune/testing';
import type { Canary } from '@attune/testing';
import { useOpsPack } from '../testing/ops-pack.js';
import { everything, useTestApi } from '../testing/test-api.js';

const given = {
  password: newCanary('password'),
  newPassword: newCanary('new-password'),
  wrongPassword: newCanary('wrong-password'),
  webhookSecret: newCanary('webhook-secret'),
  nextWebhookSecret: newCanary('next-webhook-secret'),
  wrongSignature: newCanary('wrong-signature'),
  keyValue: newCanary('key-value'),
  nextKeyValue: newCanary('next-key-value'),
  parameter: newCanary('parameter'),
  packSecret: newCanary('pack-secret'),
  nextPackSecret: newCanary('next-pack-secret'),
  clientSecret: newCanary('client-secret'),
  bindPassword: newCanary('bind-password'),
  setupToken: newCanary('setup-token'),
};
/** Secrets that the API makes itself are known only once they were made. */
const made: Canary[] = [];
const all = () => [...Object.values(given), ...made];

const t = useTestApi({
  api: { public_url: 'https://attune.example.test' },
  auth: {
    oidc: { issuer: 'https://127.0.0.1:9', client_id: 'attune', client_secret: given.clientSecret.value },
    ldap: {
      url: 'ldaps://127.0.0.1:9',
      user_search_base: 'dc=example',
      search_bind_dn: 'cn=attune,dc=example',
      search_bind_password: given.bindPassword.value,
    },
  },
});
useOpsPack(t);
const sent: string[] = [];
let admin: string;
let reader: string;

/** Sees everything that reading shows, and no secret. */
const reading: readonly Grant[] = everything.filter(({ actions }) => actions[0] === 'read');

beforeAll(async () => {
  const publish = t.bus.publish.bind(t.bus);
  t.bus.publish = (messages, ...more) => {
    sent.push(JSON.stringify(messages));
    return publish(messages, ...more);
  };
  admin = await t.admin();
  reader = (await t.login(reading)).token;
  made.push({ name: 'master-key', value: t.config.security.master_key });
  await useAccount();
  await useWebhook();
  await useKeys();
  await configurePack();
  await runWithSecret();
});

async function post(path: string, json: unknown, { token = admin, method = 'POST' } = {}) {
  const headers = { 'idempotency-key': `key-${Math.random()}` };
  const { body } = await t.request(method, path, { token, json, headers });
  return (body.data ?? {}) as Record<string, string>;
}

async function useAccount(): Promise<void> {
  await post('/auth/setup', {
    setup_token: given.setupToken.value,
    login: 'x',
    password: given.password.value,
  });
  await post('/api/v1/identities', { login: 'canary', password: given.password.value });
  await post('/api/v1/identities', { login: 'canary', password: given.password.value });
  await post('/api/v1/identities', { login: 7, password: given.password.value });
  await post('/auth/login', { login: 'canary', password: given.wrongPassword.value });
  await post('/auth/login', { login: { wrong: 'type' }, password: given.wrongPassword.value, pasword: 'x' });
  await post('/auth/ldap/login', { login: 'canary', password: given.wrongPassword.value });
  const first = await post('/auth/login', { login: 'canary', password: given.password.value });
  const tokens = await post('/auth/refresh', { refresh_token: first['refresh_token'] });
  const token = tokens['access_token'] ?? '';
  await post(
    '/auth/change-password',
    { current_password: given.password.value, new_password: given.newPassword.value },
    { token },
  );
  const api = await post('/auth/tokens', { label: 'canary' });
  await post('/auth/token-login', { token: api['token'] });
  for (const [name, value] of Object.entries({ ...tokens, api: api['token'] })) {
    if (/token$|^api$/.test(name) && typeof value === 'string') made.push({ name, value });
  }
  await t.request('GET', '/auth/me', { token: `${token}x` });
}

async function useWebhook(): Promise<void> {
  const path = '/api/v1/triggers/ops.disk_full/webhooks';
  const verification = { preset: 'github', secret: given.webhookSecret.value };
  const { key = '' } = await post(`${path}/enable`, { verification });
  made.push({ name: 'webhook-key', value: key });
  await post(`${path}/enable`, { verification: { ...verification, preset: 'gihtub' } });
  const body = JSON.stringify({ host: 'a', percent: 95 });
  const signature = createHmac('sha256', given.webhookSecret.value).update(body).digest('hex');
  for (const proof of [signature, given.wrongSignature.value.replaceAll(/[^\w-]/g, '')]) {
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${proof}` };
    await t.request('POST', `/api/v1/webhooks/${key}`, { body, headers });
    await t.request('PUT', `/api/v1/webhooks/${key}`, { body, headers });
  }
  await post(`${path}/rotate-secret`, { secret: given.nextWebhookSecret.value, overlap_seconds: 60 });
}

async function useKeys(): Promise<void> {
  const key = { ref: 'canary_key', owner_type: 'system', name: 'canary', value: given.keyValue.value };
  await post('/api/v1/keys', key);
  await post('/api/v1/keys', key);
  await post('/api/v1/keys', { ...key, owner_type: 'sytem' });
  await post('/api/v1/keys/canary_key', { value: given.nextKeyValue.value }, { method: 'PUT' });
  await t.request('GET', '/api/v1/keys/canary_key', { token: reader });
}

async function configurePack(): Promise<void> {
  const conf_schema = { token: { type: 'string', secret: true }, port: { type: 'integer' } };
  const config = { token: given.packSecret.value, port: 1 };
  await post('/api/v1/packs/ops', { conf_schema, config }, { method: 'PUT' });
  await post('/api/v1/packs/ops/config', { config: { ...config, port: 'x' } }, { method: 'PUT' });
  await post('/api/v1/packs/ops/config', { config: { ...config, port: 2 } }, { method: 'PUT' });
  await post(
    '/api/v1/packs/ops/config',
    { config: { token: given.nextPackSecret.value } },
    { method: 'PUT' },
  );
  await post('/api/v1/packs/ops/config', { config: { token: null, port: 3 } }, { method: 'PUT' });
}

async function runWithSecret(): Promise<void> {
  const parameters = { text: 'x', level: 1, token: given.parameter.value };
  await post('/api/v1/executions/execute', { action_ref: 'ops.note', parameters });
  await post('/api/v1/executions/execute', {
    action_ref: 'ops.note',
    parameters: { ...parameters, level: 'no' },
  });
}

/** Every answer of every route that reads, to somebody who may read everything. */
async function answersToReader(): Promise<string[]> {
  const addresses = readingAddresses({
    ref: ['ops.note', 'ops.disk_full', 'ops', 'canary_key', 'core.viewer'],
    id: ['1', '2', '3'],
    version: ['1'],
    status: ['requested', 'pending'],
  });
  const answers = [];
  for (const path of addresses) {
    const response = await fetch(t.api.url + path, { headers: { authorization: `Bearer ${reader}` } });
    answers.push(`${path} ${await response.text()}`);
  }
  return answers;
}

test('the API has made what it makes of secrets', () => {
  const names = ['master-key', 'access_token', 'refresh_token', 'api', 'webhook-key'];
  expect(made.map(({ name }) => name)).toEqual(names);
});

test('no secret is in a line of the log', () => {
  expect(t.lines.length).toBeGreaterThan(30);
  expect(t.lines.filter((line) => canariesIn(line, all()).length > 0)).toEqual([]);
});

test('no secret is in a message', () => {
  expect(sent.length).toBeGreaterThan(3);
  expect(sent.filter((message) => canariesIn(message, all()).length > 0)).toEqual([]);
});

test('no secret is in an answer to who may read everything', async () => {
  const answers = await answersToReader();
  expect(
    answers.filter((answer) => answer.includes('"data"') || answer.includes('"items"')).length,
  ).toBeGreaterThan(30);
  expect(answers.filter((answer) => canariesIn(answer, all()).length > 0)).toEqual([]);
});

test('no secret is stored in clear', async () => {
  const rows = await storedRows(t.db);
  const found = rows.flatMap(({ table, row }) => canariesIn(row, all()).map((name) => `${name} in ${table}`));
  expect(rows.length).toBeGreaterThan(50);
  expect([...new Set(found)]).toEqual([]);
});

test.each([
  ['as it is', (text: string) => text],
  ['in JSON', (text: string) => JSON.stringify({ text })],
  ['in JSON in JSON', (text: string) => JSON.stringify(JSON.stringify({ text }))],
  ['in a URL', (text: string) => `/x?y=${encodeURIComponent(text)}`],
  ['in hex', (text: string) => Buffer.from(text).toString('hex')],
  ['in base64', (text: string) => Buffer.from(`${text} and more`).toString('base64')],
])('a secret is found %s', (_how, write) => {
  expect(canariesIn(write(given.password.value), all())).toEqual(['password']);
});
