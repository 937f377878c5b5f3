import { request as httpRequest } from 'node:http';
import { updateTrigger } from '@attune/db';
import { useTestApi } from '../testing/test-api.js';
import type { Door } from '../testing/webhook-doors.js';
import { useDoors } from '../testing/webhook-doors.js';

const t = useTestApi({ api: { webhook_body_limit_bytes: 5000, webhook_rate_per_minute: 200 } });
const doors = useDoors(t, 'limits');
const verification = { preset: 'none' };

/** Sends a body in chunks, without saying how long it will be, until it is answered. */
function stream({ path }: Door, chunk: string, chunks: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(t.api.url);
    const request = httpRequest({ hostname, port, path, method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    for (let sent = 0; sent < chunks; sent += 1) request.write(chunk);
    request.end();
  });
}

async function outcome(door: Door) {
  const [entry] = await doors.log(door);
  return { status: entry?.status_code, error: entry?.error, events: (await doors.events(door)).length };
}

describe('the size of a body', () => {
  test('is that of the webhook when it has one', async () => {
    const door = await doors.open({ verification, max_body_bytes: 100 });
    expect((await doors.deliver(door, JSON.stringify('x'.repeat(98)))).status).toBe(202);
    const answer = await doors.deliver(door, JSON.stringify('x'.repeat(99)));
    expect(answer).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(await outcome(door)).toEqual({ status: 413, error: 'the body is too large', events: 1 });
  });

  test('is never more than that of the server', async () => {
    const door = await doors.open({ verification, max_body_bytes: 1_000_000 });
    expect((await doors.deliver(door, JSON.stringify('x'.repeat(4998)))).status).toBe(202);
    expect((await doors.deliver(door, JSON.stringify('x'.repeat(4999)))).status).toBe(413);
  });

  test('is counted when the sender does not tell it', async () => {
    const door = await doors.open({ verification, max_body_bytes: 100 });
    expect(await stream(door, 'x'.repeat(50), 2)).toBe(202);
    expect(await stream(door, 'x'.repeat(50), 3)).toBe(413);
    expect(await outcome(door)).toEqual({ status: 413, error: 'the body is too large', events: 1 });
  });
});

describe('the rate', () => {
  test('of a webhook is kept: those beyond it are told when to come again, and are logged', async () => {
    const rate_limit = { requests: 2, window_seconds: 600 };
    const [door, other] = [
      await doors.open({ verification, rate_limit }),
      await doors.open({ verification }),
    ];
    const answers = [await doors.deliver(door), await doors.deliver(door), await doors.deliver(door)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(answers[2]?.body).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(290);
    expect((await doors.log(door))[0]).toMatchObject({
      status_code: 429,
      rate_limited: true,
      error: 'too many deliveries to this webhook: at most 2 in 600 s',
    });
    expect((await doors.deliver(other)).status).toBe(202);
    t.clock.ms += 300_000;
    expect((await doors.deliver(door)).status).toBe(202);
    expect(await doors.events(door)).toHaveLength(3);
  });

  test('of the server holds where the webhook has none', async () => {
    const door = await doors.open({ verification });
    const answers = await Promise.all(Array.from({ length: 205 }, () => doors.deliver(door)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(200);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  test('of refusals that are written down is bounded, and a later one counts those before it', async () => {
    const door = await doors.open({ verification: { preset: 'bearer', secret: 'the-right-one' } });
    for (let sent = 0; sent < 70; sent += 1) await doors.deliver(door);
    expect(await doors.log(door)).toHaveLength(50);
    const rows = () =>
      t.db
        .selectFrom('webhook_delivery')
        .select('omitted')
        .where('trigger', '=', door.id)
        .orderBy('id')
        .execute();
    expect(await rows()).toEqual(Array.from({ length: 60 }, () => ({ omitted: 0 })));
    expect((await doors.deliver(door, '{}', { authorization: 'Bearer the-right-one' })).status).toBe(202);
    t.clock.ms += 2000;
    await doors.deliver(door);
    expect((await doors.log(door))[0]).toMatchObject({ status_code: 401, omitted: 10 });
    expect((await doors.log(door))[1]).toMatchObject({ status_code: 202, omitted: 0 });
  });
});

test.each([
  ['a disabled trigger', { enabled: false }, 409, 'is disabled'],
  [
    'settings that nobody understands',
    { webhook_config: { preset: 'none', metods: ['GET'] } },
    401,
    'not configured',
  ],
  [
    'a broken list of addresses',
    { webhook_config: { preset: 'none', allowed_addresses: ['x'] } },
    401,
    'not configured',
  ],
  ['another method', { webhook_config: { preset: 'none', methods: ['PUT'] } }, 405, 'this webhook takes PUT'],
])('%s refuses, and the log says why', async (_what, change, status, reason) => {
  const door = await doors.open({ verification });
  expect((await doors.deliver(door)).status).toBe(202);
  await updateTrigger(t.db, door.id, change);
  expect((await doors.deliver(door)).status).toBe(status);
  expect(await outcome(door)).toEqual({ status, error: expect.stringContaining(reason), events: 1 });
});

test('a change holds from the next delivery on', async () => {
  const door = await doors.open({ verification });
  expect((await doors.deliver(door)).status).toBe(202);
  await doors.client.webhooks.enable({
    params: { ref: door.ref },
    body: { verification: { preset: 'bearer', secret: 'the-right-one' } },
  });
  expect((await doors.deliver(door)).status).toBe(401);
});
