import { setWebhookSecret, updateTrigger } from '@attune/db';
import { useTestApi } from '../testing/test-api.js';
import type { Vendor } from '../testing/vendor-deliveries.js';
import { vendors } from '../testing/vendor-deliveries.js';
import type { Door } from '../testing/webhook-doors.js';
import { useDoors } from '../testing/webhook-doors.js';

const t = useTestApi();
const doors = useDoors(t, 'vendors');
const secret = 'correct-horse-battery';

interface Sent {
  body?: Buffer;
  secret?: string;
  at?: Date;
  headers?: Record<string, string>;
  without?: string;
}

describe.each(Object.entries(vendors))('%s', (_name, vendor) => {
  const body = Buffer.from(`${JSON.stringify(vendor.payload, null, 1)}\n`);
  let door: Door;

  beforeAll(async () => {
    door = await openFor(vendor);
  });

  async function deliver(sent: Sent = {}, to = door) {
    const { secret: by = secret, at = t.clock.now(), without, headers } = sent;
    const all = { ...vendor.headers, ...vendor.prove(body, by, at), ...headers };
    const shown = Object.fromEntries(Object.entries(all).filter(([name]) => name !== without));
    return doors.deliver(to, sent.body ?? body, shown);
  }

  /** Refused, without an event, for a reason that the log tells through the API and that holds no secret. */
  async function expectRefusal(sent: Sent, reason: string, to = door): Promise<void> {
    const before = (await doors.events(to)).length;
    const answer = await deliver(sent, to);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 401, code: 'UNAUTHORIZED' });
    const [entry] = await doors.log(to);
    expect(entry).toMatchObject({
      status_code: 401,
      verified: reason === 'not configured' ? null : false,
      event: null,
      method: 'POST',
      source_ip: '127.0.0.1',
      error: expect.stringContaining(reason),
    });
    expect(JSON.stringify([entry, answer.body])).not.toContain(secret);
    expect((await doors.events(to)).length).toBe(before);
  }

  test('as its vendor sends it, it is one event, and found out when it is replayed', async () => {
    const proven = { at: t.clock.now() };
    const first = await deliver(proven);
    const replayed = await deliver(proven);

    expect([first.status, replayed.status]).toEqual([202, 202]);
    const { event_id } = first.body.data as { event_id: number };
    expect(first.body.data).toMatchObject({ trigger_ref: door.ref, duplicate: false });
    expect(replayed.body.data).toMatchObject({ event_id, duplicate: true });
    const events = await doors.events(door);
    expect(events).toMatchObject([{ id: event_id, payload: vendor.payload }]);
    const kept = JSON.stringify(events);
    for (const hidden of [secret, door.key, vendor.prove(body, secret, proven.at)[vendor.proof] ?? secret]) {
      expect(kept).not.toContain(hidden);
    }
    expect(await doors.log(door)).toMatchObject([
      { status_code: 202, verified: true, duplicate: true, event: event_id, error: null },
      {
        status_code: 202,
        verified: true,
        duplicate: false,
        event: event_id,
        payload_size_bytes: body.length,
      },
    ]);
  });

  test('by another secret it is refused', async () => {
    await expectRefusal({ secret: 'another-horse-battery' }, vendor.signs ? 'does not fit' : 'is wrong');
  });

  test('without the header that proves it, it is refused', async () => {
    await expectRefusal({ without: vendor.proof }, `the header ${vendor.proof} is missing`);
    await expectRefusal({ headers: { [vendor.proof]: '' } }, vendor.proof);
  });

  test('with one byte altered it is refused', async () => {
    const altered = Buffer.from(body);
    altered[altered.length - 1] = 0x20;
    const proof = vendor.prove(body, secret, t.clock.now())[vendor.proof] ?? '';
    const wrong = { headers: { [vendor.proof]: `${proof.slice(0, -1)}${proof.endsWith('0') ? '1' : '0'}` } };
    await expectRefusal(vendor.signs ? { body: altered } : wrong, vendor.signs ? 'does not fit' : 'is wrong');
  });

  test('when nothing is there to verify it by, it is refused', async () => {
    const bare = await openFor(vendor);
    await setWebhookSecret(t.db, bare.id, { sealed: null });
    await expectRefusal({}, 'verification has no secret', bare);
    await updateTrigger(t.db, bare.id, { webhook_config: {} });
    await expectRefusal({}, 'not configured', bare);
  });

  if (vendor.timed === true) {
    const tolerance = Number(vendor.verification['tolerance_seconds'] ?? 300);
    const ahead = (seconds: number) => new Date(t.clock.ms + seconds * 1000);

    test('as old as it may be it is accepted; a stale one, and one from the future, is refused', async () => {
      expect((await deliver({ at: ahead(2 - tolerance) })).status).toBe(202);
      expect((await deliver({ at: ahead(tolerance - 2) })).status).toBe(202);
      await expectRefusal({ at: ahead(-tolerance - 2) }, 'is stale');
      await expectRefusal({ at: ahead(tolerance + 2) }, 'is stale');
    });

    test('a replay after the window is stale', async () => {
      const proven = { at: t.clock.now() };
      expect((await deliver(proven)).status).toBe(202);
      t.clock.ms += (tolerance + 2) * 1000;
      await expectRefusal(proven, 'is stale');
      t.clock.ms -= (tolerance + 2) * 1000;
    });
  }
});

function openFor({ verification, options }: Vendor): Promise<Door> {
  return doors.open({ verification: { ...verification, secret }, ...options });
}
