import { useTestApi } from '../testing/test-api.js';
import type { Door } from '../testing/webhook-doors.js';
import { useDoors } from '../testing/webhook-doors.js';

const proxied = useTestApi({ api: { trusted_proxies: ['127.0.0.1', '10.0.0.0/8'] } });
const doors = useDoors(proxied, 'proxied');
const direct = useTestApi();
const directDoors = useDoors(direct, 'direct');
const verification = { preset: 'none' };

async function refusal(door: Door, forwarded?: string) {
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { status, body } = await doors.deliver(door, '{}', headers);
  const [entry] = await doors.log(door);
  expect(entry?.status_code).toBe(status);
  return { status, code: body.code, source_ip: entry?.source_ip, error: entry?.error, event: entry?.event };
}

describe('behind a proxy that is trusted', () => {
  const allowed_addresses = ['203.0.113.0/24', '2001:db8:7::/48', '198.51.100.9'];

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['198.51.100.9', '198.51.100.9'],
    ['2001:db8:7::1', '2001:db8:7::1'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    // what the sender claims stands in front of what the proxies saw
    ['192.0.2.66, 203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ])('the client of %s is %s, who may deliver', async (forwarded, source_ip) => {
    const door = await doors.open({ verification, allowed_addresses });
    expect(await refusal(door, forwarded)).toMatchObject({ status: 202, source_ip, error: null });
  });

  test.each([
    ['192.0.2.66', '192.0.2.66'],
    ['198.51.100.10', '198.51.100.10'],
    ['2001:db8:8::1', '2001:db8:8::1'],
    // an allowed address that is only claimed
    ['203.0.113.7, 192.0.2.66', '192.0.2.66'],
    ['203.0.113.7, 192.0.2.66, 10.1.2.3', '192.0.2.66'],
    ['203.0.113.7, unknown', 'unknown'],
    ['203.0.113.7:443', '203.0.113.7:443'],
    ['203.0.113.007', '203.0.113.007'],
  ])('the client of %s is %s, who may not', async (forwarded, source_ip) => {
    const door = await doors.open({ verification, allowed_addresses });
    expect(await refusal(door, forwarded)).toEqual({
      status: 403,
      code: 'FORBIDDEN',
      source_ip,
      event: null,
      error: `deliveries from the address ${source_ip} are not allowed`,
    });
    expect(await doors.events(door)).toEqual([]);
  });

  test('without the header it is the peer itself, and is not let through for that', async () => {
    const door = await doors.open({ verification, allowed_addresses });
    expect(await refusal(door)).toMatchObject({ status: 403, source_ip: '127.0.0.1' });
  });

  test('rates are those of the client, not of the proxy, and one client does not use up another', async () => {
    const source_rate_limit = { requests: 1, window_seconds: 600 };
    const door = await doors.open({ verification, source_rate_limit });
    expect((await refusal(door, '203.0.113.1')).status).toBe(202);
    expect((await refusal(door, '203.0.113.2')).status).toBe(202);
    expect(await refusal(door, '192.0.2.66, 203.0.113.1')).toMatchObject({ status: 429 });
  });
});

describe('without a trusted proxy', () => {
  test.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip'])(
    'nobody becomes somebody else by %s',
    async (header) => {
      const door = await directDoors.open({ verification, allowed_addresses: ['203.0.113.0/24'] });
      const spoofed = header === 'forwarded' ? 'for=203.0.113.7' : '203.0.113.7';
      expect((await directDoors.deliver(door, '{}', { [header]: spoofed })).status).toBe(403);
      const [entry] = await directDoors.log(door);
      expect(entry).toMatchObject({ status_code: 403, source_ip: '127.0.0.1', verified: null, event: null });
    },
  );

  test('the peer may deliver when it is allowed, whatever it claims', async () => {
    const door = await directDoors.open({ verification, allowed_addresses: ['127.0.0.0/8'] });
    expect((await directDoors.deliver(door, '{}', { 'x-forwarded-for': '192.0.2.66' })).status).toBe(202);
  });
});

test.each([['10.0.0.0/33'], ['example.com'], ['10.0.0'], ['']])(
  'a list that names %j is refused when it is set',
  async (address) => {
    const door = await doors.open({ verification });
    const answer = await proxied.request('POST', `/api/v1/triggers/${door.ref}/webhooks/enable`, {
      token: await proxied.admin(),
      json: { allowed_addresses: [address] },
    });
    expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'allowed_addresses[0]' }] } });
  },
);
