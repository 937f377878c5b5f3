import { waitUntil } from '@attune/testing';
import { useTestApi } from '../testing/test-api.js';
import { useDoors } from '../testing/webhook-doors.js';

const t = useTestApi();
const doors = useDoors(t, 'rotation');
const [first, second, third] = ['the-first-secret', 'the-second-secret', 'the-third-secret'];

function bearer(secret: string): Record<string, string> {
  return { authorization: `Bearer ${secret}` };
}

async function open(options: object = {}) {
  const door = await doors.open({ verification: { preset: 'bearer', secret: first }, ...options });
  const params = { ref: door.ref };
  const statusOf = async (secret: string, path = door.path) =>
    (await doors.deliver({ path }, '{}', bearer(secret))).status;
  const rotateSecret = async (secret: string, overlap_seconds: number) =>
    (await doors.client.webhooks.rotateSecret({ params, body: { secret, overlap_seconds } })).data;
  const rotateKey = async (overlap_seconds: number) =>
    (await doors.client.webhooks.rotate({ params, body: { overlap_seconds } })).data;
  const enable = async (body: object) => (await doors.client.webhooks.enable({ params, body })).data;
  return { door, params, statusOf, rotateSecret, rotateKey, enable };
}

test('two secrets are accepted while one is exchanged; the old one ends by itself', async () => {
  const { statusOf, rotateSecret } = await open();
  expect(await statusOf(first)).toBe(202);
  const lasting = await rotateSecret(second, 3600);
  expect(Date.parse(lasting.previous_secret_expires_at ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([202, 202, 401]);

  await rotateSecret(third, 1);
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([401, 202, 202]);
  await waitUntil(async () => (await statusOf(second)) === 401);
  expect(await statusOf(third)).toBe(202);
});

test('without an overlap the secret before ends at once', async () => {
  const { statusOf, rotateSecret } = await open();
  expect(await rotateSecret(second, 0)).toMatchObject({ previous_secret_expires_at: null, has_secret: true });
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 202]);
});

test('two keys are accepted while one is exchanged; the old one ends by itself', async () => {
  const { door, statusOf, rotateKey } = await open();
  const next = await rotateKey(1);
  expect(next.key).not.toBe(door.key);
  expect(next.previous_key_expires_at).not.toBeNull();
  expect([await statusOf(first), await statusOf(first, next.path ?? '')]).toEqual([202, 202]);
  await waitUntil(async () => (await statusOf(first)) === 404);
  const last = await rotateKey(0);
  expect(await statusOf(first, next.path ?? '')).toBe(404);
  expect(await statusOf(first, last.path ?? '')).toBe(202);
});

test('an exchange of nothing is a conflict', async () => {
  const token = await t.admin();
  const door = await doors.open({ verification: { preset: 'none' } });
  const path = `/api/v1/triggers/${door.ref}/webhooks`;
  const json = { secret: second };
  expect((await t.request('POST', `${path}/rotate-secret`, { token, json })).status).toBe(409);
  await doors.client.webhooks.disable({ params: { ref: door.ref } });
  expect((await t.request('POST', `${path}/rotate`, { token, json: {} })).status).toBe(409);
});

describe('enabling again', () => {
  const options = {
    methods: ['POST', 'PUT'],
    dedupe_header: 'X-Number',
    max_body_bytes: 1000,
    rate_limit: { requests: 500, window_seconds: 10 },
    source_rate_limit: { requests: 400, window_seconds: 20 },
    allowed_addresses: ['127.0.0.0/8', '::1'],
    respond: 'accepted',
    respond_timeout_seconds: 5,
  };

  test('drops nothing: what is not said stays', async () => {
    const { door, enable, statusOf } = await open(options);
    const shown = await enable({});
    expect(shown).toMatchObject({ ...options, key: door.key, preset: 'bearer', has_secret: true });
    expect(await enable({ max_body_bytes: 2000 })).toEqual({ ...shown, max_body_bytes: 2000 });
    expect([await statusOf(first), await statusOf(second)]).toEqual([202, 401]);
  });

  test('after it was off it has its settings and its secret, and another key', async () => {
    const { door, params, enable, statusOf } = await open(options);
    const off = await doors.client.webhooks.disable({ params });
    expect(off.data).toMatchObject({ ...options, enabled: false, key: null, path: null, has_secret: true });
    expect(await statusOf(first)).toBe(404);
    const on = await enable({});
    expect(on).toMatchObject({ ...options, enabled: true, has_secret: true });
    expect(on.key).not.toBe(door.key);
    expect(await statusOf(first)).toBe(404);
    expect(await statusOf(first, on.path ?? '')).toBe(202);
    expect(await statusOf(second, on.path ?? '')).toBe(401);
  });

  test('null clears one setting and no other', async () => {
    const { enable } = await open(options);
    expect(await enable({ allowed_addresses: null, dedupe_header: null, methods: null })).toMatchObject({
      ...options,
      allowed_addresses: null,
      dedupe_header: null,
      methods: ['POST'],
    });
  });

  test('with another preset asks for its secret, and the old one never counts for it', async () => {
    const { door, enable, statusOf, rotateSecret } = await open(options);
    await rotateSecret(second, 3600);
    const token = await t.admin();
    const path = `/api/v1/triggers/${door.ref}/webhooks/enable`;
    const json = { verification: { preset: 'grafana' } };
    expect(await t.request('POST', path, { token, json })).toMatchObject({
      status: 422,
      body: { details: [{ path: 'verification.secret', message: 'is required' }] },
    });
    const changed = await enable({ verification: { preset: 'grafana', secret: third } });
    expect(changed).toMatchObject({ ...options, preset: 'grafana', previous_secret_expires_at: null });
    expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([401, 401, 202]);
    expect(await enable({ verification: { preset: 'none' } })).toMatchObject({ has_secret: false });
  });

  test('with the same preset keeps its secret', async () => {
    const { enable, statusOf } = await open();
    expect(await enable({ verification: { preset: 'bearer' } })).toMatchObject({ has_secret: true });
    expect([await statusOf(first), await statusOf(second)]).toEqual([202, 401]);
  });
});
