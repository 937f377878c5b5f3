import { startTemporaryInstallation } from '@attune/launch';
import { databasesLike, hasQueue, testServices, waitUntil } from '@attune/testing';

const { databaseUrl, amqpUrl } = testServices();
const timeoutMs = 60_000;

it('a temporary installation whose start ends before it is ready leaves no database and no queue', async () => {
  const closing = new AbortController();
  const starting = startTemporaryInstallation({
    purpose: 'ended',
    databaseServer: databaseUrl,
    brokerUrl: amqpUrl,
    packs: ['packs/core'],
    // It is never ready: no other service ends the start before the test does.
    env: { sensor: { ATTUNE__HEALTH__PORT: '1' } },
    signal: closing.signal,
  });
  const end = starting.catch((error: unknown) => error);
  const [name] = await waitUntil(async () => {
    const names = await databasesLike(databaseUrl, 'attune_ended_');
    return names.length > 0 && names;
  });
  const queue = `${name}.attune.notices.log`;
  await waitUntil(() => hasQueue(amqpUrl, queue), { timeoutMs });

  closing.abort(new Error('enough'));

  expect(await end).toEqual(new Error('enough'));
  expect(await databasesLike(databaseUrl, 'attune_ended_')).toEqual([]);
  expect(await hasQueue(amqpUrl, queue)).toBe(false);
}, 120_000);
