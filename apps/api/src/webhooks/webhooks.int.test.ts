import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Client } from '@attune/contract';
import { listWebhookDeliveries, updateTrigger } from '@attune/db';
import { corePack, useTestApi } from '../testing/test-api.js';

const githubPack = resolve(__dirname, '../../../../packs/examples/github');
const t = useTestApi({ packs: [corePack, githubPack], api: { webhook_body_limit_bytes: 100_000 } });

const secret = 'correct-horse-battery';
const push = readFileSync(resolve(githubPack, 'samples/push.json'));
let client: Client;

beforeAll(async () => {
  client = await t.client();
  await client.packs.create({ body: { ref: 'hooks', label: 'Hooks', version: '1.0.0' } });
});

let triggers = 0;

/** A new trigger with its webhook on. */
async function open(verification: object, more: object = {}) {
  triggers += 1;
  const ref = `hooks.door_${triggers}`;
  const { data: trigger } = await client.triggers.create({ body: { ref, label: ref } });
  const { data } = await client.webhooks.enable({
    params: { ref },
    body: { verification: verification as { preset: 'none' }, ...more },
  });
  return { ref, id: trigger.id, key: data.key ?? '', path: data.path ?? '' };
}

/** Signed by another implementation than ours: `openssl dgst`. */
function opensslSignature(body: Buffer | string): string {
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-hmac', secret, '-r'], { input: body });
  return `sha256=${digest.toString().split(' ')[0]}`;
}

function deliver(path: string, body: Buffer | string, headers: Record<string, string> = {}, method = 'POST') {
  const json = { 'content-type': 'application/json', ...headers };
  return t.request(method, path, { headers: json, body });
}

function github(body: Buffer | string, delivery: string, event = 'push'): Record<string, string> {
  return {
    'x-hub-signature-256': opensslSignature(body),
    'x-github-delivery': delivery,
    'x-github-event': event,
  };
}

async function eventsOf(trigger_ref: string) {
  return t.db.selectFrom('event').selectAll().where('trigger_ref', '=', trigger_ref).orderBy('id').execute();
}

async function lastDelivery(triggerId: number) {
  return (await listWebhookDeliveries(t.db, { trigger: triggerId }, { limit: 1 })).items[0];
}

describe('GitHub', () => {
  test('a push signed by openssl becomes one event, however often it is delivered', async () => {
    const { data } = await client.webhooks.enable({
      params: { ref: 'github.push' },
      body: { verification: { preset: 'github', secret } },
    });
    const path = data.path ?? '';
    const first = await deliver(path, push, github(push, 'd-1'));
    const second = await deliver(path, push, github(push, 'd-1'));
    const third = await deliver(path, push, github(push, 'd-2'));
    expect([first.status, second.status, third.status]).toEqual([202, 202, 202]);
    const { event_id } = first.body.data as { event_id: number };
    expect(first.body.data).toMatchObject({ trigger_ref: 'github.push', duplicate: false });
    expect(second.body.data).toMatchObject({ event_id, duplicate: true });
    expect(third.body.data).toMatchObject({ duplicate: false });

    const events = await eventsOf('github.push');
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      id: event_id,
      payload: JSON.parse(push.toString()) as unknown,
      config: {
        method: 'POST',
        source_ip: '127.0.0.1',
        headers: { 'x-github-event': 'push', 'x-github-delivery': 'd-1' },
      },
    });
    const kept = JSON.stringify(events);
    for (const hidden of [data.key ?? '', secret, 'x-hub-signature']) expect(kept).not.toContain(hidden);
  });

  test.each([
    ['a wrong signature', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, 'signature does not fit'],
    ['no signature', {}, 'header x-hub-signature-256 is missing'],
    ['another form of signature', { 'x-hub-signature-256': '0'.repeat(64) }, 'has another form'],
  ])(
    '%s is refused, stores no event and leaves its reason',
    async (_what, headers: Record<string, string>, reason) => {
      const door = await open({ preset: 'github', secret });
      const { status, body } = await deliver(door.path, '{}', headers);
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'UNAUTHORIZED' });
      expect(await eventsOf(door.ref)).toEqual([]);
      expect(await lastDelivery(door.id)).toMatchObject({
        status_code: 401,
        verified: false,
        event: null,
        source_ip: '127.0.0.1',
        error: expect.stringContaining(reason),
      });
    },
  );

  test('a signature for other bytes is refused, even when they mean the same', async () => {
    const door = await open({ preset: 'github', secret });
    const headers = github('{"a":1}', 'd-1');
    expect((await deliver(door.path, '{ "a": 1 }', headers)).status).toBe(401);
    expect((await deliver(door.path, '{"a":1}', headers)).status).toBe(202);
  });

  test('the ping after setting it up is answered, and is no event', async () => {
    const door = await open({ preset: 'github', secret });
    const answer = await deliver(door.path, '{"zen":"x"}', github('{"zen":"x"}', 'd-9', 'ping'));
    expect(answer).toMatchObject({ status: 202, body: { data: { event_id: null } } });
    expect(await eventsOf(door.ref)).toEqual([]);
  });
});

test('a payload that does not fit the schema is refused with its path, and nothing is stored', async () => {
  const { data } = await client.webhooks.enable({
    params: { ref: 'github.push' },
    body: { verification: { preset: 'github', secret } },
  });
  const before = (await eventsOf('github.push')).length;
  const body = '{"ref":5}';
  const answer = await deliver(data.path ?? '', body, github(body, 'd-bad'));
  expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_ERROR' } });
  expect(answer.body.details?.map(({ path }) => path)).toContain('ref');
  expect((await eventsOf('github.push')).length).toBe(before);
});

test('broken JSON is refused and leaves its reason', async () => {
  const door = await open({ preset: 'none' });
  expect(await deliver(door.path, '{"a":')).toMatchObject({
    status: 422,
    body: { error: 'the delivery is not valid JSON' },
  });
  expect(await lastDelivery(door.id)).toMatchObject({ status_code: 422, event: null });
});

test('a body that is too large is refused before it is read, and leaves its reason', async () => {
  const door = await open({ preset: 'none' });
  const answer = await deliver(door.path, 'x'.repeat(100_001));
  expect(answer).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
  expect(await lastDelivery(door.id)).toMatchObject({ status_code: 413, error: 'the body is too large' });
  expect(await eventsOf(door.ref)).toEqual([]);
});

test('any sender that signs with HMAC can be described', async () => {
  const verification = {
    preset: 'hmac',
    secret,
    header: 'X-Sig',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'v1=',
  };
  const door = await open(verification, { methods: ['POST', 'PUT'], dedupe_header: 'X-Number' });
  const signature = opensslSignature('hello').replace('sha256=', 'v1=');
  const headers = { 'content-type': 'text/plain', 'x-sig': signature, 'x-number': '17' };
  expect((await deliver(door.path, 'hello', headers, 'PUT')).body.data).toMatchObject({ duplicate: false });
  expect((await deliver(door.path, 'hello', headers)).body.data).toMatchObject({ duplicate: true });
  expect((await deliver(door.path, 'hallo', headers)).status).toBe(401);
  expect(await eventsOf(door.ref)).toMatchObject([
    { payload: { body: 'hello', content_type: 'text/plain' } },
  ]);
});

test('a bearer token is demanded, and no method that is not allowed', async () => {
  const door = await open({ preset: 'bearer', secret });
  expect((await deliver(door.path, '{}')).status).toBe(401);
  expect((await deliver(door.path, '{}', { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await deliver(door.path, '{}', { authorization: `Bearer ${secret}` })).status).toBe(202);
  const wrong = await deliver(door.path, '{}', { authorization: `Bearer ${secret}` }, 'PUT');
  expect(wrong).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
  expect(wrong.headers.get('allow')).toBe('POST');
});

test('a GET is an event when the webhook takes it', async () => {
  const door = await open({ preset: 'none' }, { methods: ['GET'] });
  const answer = await t.request('GET', `${door.path}?branch=main&token=hidden`);
  expect(answer.status).toBe(202);
  expect(await eventsOf(door.ref)).toMatchObject([
    { payload: {}, config: { method: 'GET', query: { branch: 'main' } } },
  ]);
});

test.each([
  {},
  { preset: 'github', methods: ['POST'] },
  { preset: 'nothing', methods: ['POST'] },
  { preset: 'bearer', methods: ['POST'], secret: null },
])('a webhook whose settings are %j accepts nothing', async (webhook_config) => {
  const door = await open({ preset: 'none' });
  await updateTrigger(t.db, door.id, { webhook_config });
  expect((await deliver(door.path, '{}')).status).toBe(401);
  expect(await eventsOf(door.ref)).toEqual([]);
});

test('a disabled trigger takes no delivery', async () => {
  const door = await open({ preset: 'none' });
  await updateTrigger(t.db, door.id, { enabled: false });
  expect(await deliver(door.path, '{}')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  expect(await eventsOf(door.ref)).toEqual([]);
});

test('an unknown key is a 404 that does not repeat it', async () => {
  const answer = await deliver('/api/v1/webhooks/wh_not_a_key', '{}');
  expect(answer.status).toBe(404);
  expect(JSON.stringify(answer.body)).not.toContain('wh_not_a_key');
});

describe('managed', () => {
  test('the verification has to be chosen', async () => {
    const token = await t.admin();
    await client.triggers.create({ body: { ref: 'hooks.undecided', label: 'x' } });
    const enable = (json: unknown) =>
      t.request('POST', '/api/v1/triggers/hooks.undecided/webhooks/enable', { token, json });
    expect(await enable({})).toMatchObject({
      status: 422,
      body: { details: [{ path: 'verification', message: 'is required' }] },
    });
    expect(await enable({ verification: { preset: 'github' } })).toMatchObject({
      status: 422,
      body: { details: [{ path: 'verification.secret' }] },
    });
  });

  test('the log of deliveries tells what became of each', async () => {
    const door = await open({ preset: 'bearer', secret });
    await deliver(door.path, '{}', { authorization: `Bearer ${secret}`, 'user-agent': 'Sender/1' });
    await deliver(door.path, '{}', { authorization: 'Bearer wrong' });
    const { items } = await client.webhooks.deliveries({ params: { ref: door.ref } });
    expect(items).toMatchObject([
      {
        status_code: 401,
        verified: false,
        event: null,
        error: expect.stringContaining('bearer token is wrong'),
      },
      { status_code: 202, verified: true, error: null, user_agent: 'Sender/1', payload_size_bytes: 2 },
    ]);
    expect(JSON.stringify(items)).not.toContain(secret);
  });
});
