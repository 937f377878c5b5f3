import { useTestApi } from '../testing/test-api.js';
import { opensslMac, vendors } from '../testing/vendor-deliveries.js';
import { useDoors } from '../testing/webhook-doors.js';

const t = useTestApi();
const doors = useDoors(t, 'naming');
const secret = 'correct-horse-battery';
const none = { preset: 'none' };

async function send(door: { path: string }, body: unknown, headers: Record<string, string> = {}) {
  const { status, body: answer } = await doors.deliver(door, JSON.stringify(body), headers);
  const data = answer.data as { event_id: number | null; duplicate: boolean } | undefined;
  return { status, duplicate: data?.duplicate, event: data?.event_id };
}

describe('a signature that covers a time finds out a replay without any name', () => {
  const sign = (body: string, at = t.clock.now()) => {
    const time = String(Math.floor(at.getTime() / 1000));
    return {
      'x-time': time,
      'x-sig': opensslMac(`${time}.${body}`, secret),
    };
  };
  const verification = {
    preset: 'hmac',
    secret,
    header: 'X-Sig',
    signed: '{timestamp}.{body}',
    timestamp_header: 'X-Time',
  };

  test('the same bytes are a duplicate, said so to the sender and in the log', async () => {
    const door = await doors.open({ verification });
    const headers = sign('{"n":1}');
    const first = await send(door, { n: 1 }, headers);
    const replayed = await send(
      door,
      { n: 1 },
      { ...headers, 'x-delivery': 'another', 'user-agent': 'Other/2' },
    );
    expect(first).toMatchObject({ status: 202, duplicate: false });
    expect(replayed).toEqual({ status: 202, duplicate: true, event: first.event });
    expect((await doors.log(door)).map(({ duplicate, event }) => ({ duplicate, event }))).toEqual([
      { duplicate: true, event: first.event },
      { duplicate: false, event: first.event },
    ]);
    expect(await doors.events(door)).toHaveLength(1);
  });

  test('the same body signed at another time is another event', async () => {
    const door = await doors.open({ verification });
    const earlier = sign('{"n":1}', new Date(t.clock.ms - 5000));
    expect(await send(door, { n: 1 }, earlier)).toMatchObject({ duplicate: false });
    expect(await send(door, { n: 1 }, sign('{"n":1}'))).toMatchObject({ duplicate: false });
  });

  test.each([
    [{ dedupe_header: 'X-Delivery' }, 'dedupe_header', 'must be signed where the time is'],
    [{ dedupe_expression: 'headers["x-delivery"]' }, 'dedupe_expression', "unknown name 'headers'"],
    [{ dedupe_expression: 'query.id' }, 'dedupe_expression', "unknown name 'query'"],
  ])('a name that is not signed is refused: %j', async (options, path, message) => {
    const door = await doors.open({ verification });
    const answer = await t.request('POST', `/api/v1/triggers/${door.ref}/webhooks/enable`, {
      token: await t.admin(),
      json: options,
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { details: [{ path, message: expect.stringContaining(message) }] },
    });
  });
});

test('without a name and without a signed time, equal deliveries are events of their own', async () => {
  const door = await doors.open({ verification: { preset: 'hmac', secret, header: 'X-Sig' } });
  const headers = { 'x-sig': opensslMac('{}', secret) };
  expect([await send(door, {}, headers), await send(door, {}, headers)]).toMatchObject([
    { status: 202, duplicate: false },
    { status: 202, duplicate: false },
  ]);
});

test('an expression names deliveries by whatever they hold', async () => {
  const door = await doors.open({
    verification: none,
    dedupe_expression: 'string(payload.id) + "-" + headers["x-part"] + "-" + method',
  });
  const first = await send(door, { id: 7 }, { 'x-part': 'a' });
  expect(await send(door, { id: 7, more: true }, { 'x-part': 'a' })).toMatchObject({
    duplicate: true,
    event: first.event,
  });
  expect(await send(door, { id: 7 }, { 'x-part': 'b' })).toMatchObject({ duplicate: false });
  expect(await send(door, { id: 8 }, { 'x-part': 'a' })).toMatchObject({ duplicate: false });
});

test('an expression that fails refuses the delivery and says why; one that gives null names nothing', async () => {
  const door = await doors.open({ verification: none, dedupe_expression: 'payload.id' });
  expect(await send(door, { other: 1 })).toMatchObject({ status: 422 });
  expect((await doors.log(door))[0]).toMatchObject({
    status_code: 422,
    error: expect.stringContaining('id'),
  });
  expect([await send(door, { id: null }), await send(door, { id: null })]).toMatchObject([
    { duplicate: false },
    { duplicate: false },
  ]);
  const long = 'x'.repeat(2000);
  expect([await send(door, { id: long }), await send(door, { id: long })]).toMatchObject([
    { duplicate: false },
    { duplicate: true },
  ]);
});

test('the digest of the body as a name takes equal bodies for one event', async () => {
  const door = await doors.open({ verification: none, dedupe_expression: 'body_sha256' });
  expect([await send(door, { a: 1 }), await send(door, { a: 1 }), await send(door, { a: 2 })]).toMatchObject([
    { duplicate: false },
    { duplicate: true },
    { duplicate: false },
  ]);
});

test('what is sent when a webhook is set up or tried is answered, and is no event', async () => {
  const challenge = '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P';
  const slack = await doors.open({ verification: { preset: 'slack', secret } });
  const body = JSON.stringify({ token: 'x', type: 'url_verification', challenge });
  const proof = vendors['slack']?.prove(Buffer.from(body), secret, t.clock.now()) ?? {};
  const answer = await doors.deliver(slack, body, proof);
  expect(answer).toMatchObject({ status: 200, body: { challenge } });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await doors.log(slack)).toMatchObject([
    { status_code: 200, verified: true, event: null, error: null },
  ]);
  expect((await doors.deliver(slack, body, { ...proof, 'x-slack-signature': 'v0=00' })).status).toBe(401);

  const ping = JSON.stringify({ event: { id: '1', event_type: 'pagey.ping' } });
  const pagerduty = await doors.open({ verification: { preset: 'pagerduty', secret } });
  const pinged = vendors['pagerduty']?.prove(Buffer.from(ping), secret, t.clock.now());
  expect(await doors.deliver(pagerduty, ping, pinged)).toMatchObject({
    status: 202,
    body: { data: { event_id: null } },
  });
  expect([...(await doors.events(slack)), ...(await doors.events(pagerduty))]).toEqual([]);
});

test.each([
  [{ header: 'X-Sig', signed: '{timestamp}' }, 'verification.signed'],
  [{ header: 'X-Sig', signed: 'body' }, 'verification.signed'],
  [{ header: 'X-Sig', signed: '{body}{nonce}' }, 'verification.signed'],
  [{ header: 'X-Sig', signed: '{timestamp}.{body}' }, 'verification.timestamp_header'],
  [{ header: 'X-Sig', signed: '{body}', timestamp_header: 'X-Time' }, 'verification.signed'],
  [{ header: 'X Sig' }, 'verification.header'],
  [{}, 'verification.header'],
])('a signature that proves nothing cannot be set: %j', async (verification, path) => {
  const ref = `naming.bad_${Math.random().toString(36).slice(2)}`;
  await doors.client.triggers.create({ body: { ref, label: ref } });
  const answer = await t.request('POST', `/api/v1/triggers/${ref}/webhooks/enable`, {
    token: await t.admin(),
    json: { verification: { preset: 'hmac', secret, ...verification } },
  });
  expect(answer).toMatchObject({ status: 422, body: { details: [{ path }] } });
  expect(await doors.client.webhooks.show({ params: { ref } })).toMatchObject({
    data: { enabled: false, has_secret: false, preset: null },
  });
});
