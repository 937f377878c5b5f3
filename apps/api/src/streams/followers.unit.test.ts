import { createMemoryBroker, message, notice, openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { openFollowers } from './followers.js';
import type { Followers } from './followers.js';

const never = new AbortController().signal;
const hour = 3_600_000;
let bus: Bus;
let followers: Followers;

beforeEach(async () => {
  bus = openMemoryBus({ log: createLogger('test', { level: 'silent' }), broker: createMemoryBroker() });
  followers = await openFollowers({ bus, max: 2, pollMs: hour });
});

afterEach(async () => {
  await followers.close();
  await bus.close();
});

function tell(entityType: string, entityId: number): Promise<void> {
  return bus.publish([message(notice, { changes: [{ entityType, entityId, change: 'updated' }] })]);
}

test('a notice about the execution wakes its followers', async () => {
  const changed = followers.follow(7).changed(never);
  await tell('execution', 7);
  await expect(changed).resolves.toBeUndefined();
});

test('a notice that comes between two waits is not lost', async () => {
  const follower = followers.follow(7);
  const other = followers.follow(8);
  await tell('execution_log', 7);
  await tell('execution', 8);
  await other.changed(never);
  await expect(follower.changed(never)).resolves.toBeUndefined();
});

test('the signal ends a wait', async () => {
  const stop = new AbortController();
  const changed = followers.follow(7).changed(stop.signal);
  stop.abort();
  await expect(changed).resolves.toBeUndefined();
  await expect(followers.follow(7).changed(stop.signal)).resolves.toBeUndefined();
});

test('there is a limit, and closing makes room once', () => {
  const first = followers.follow(1);
  followers.follow(2);
  expect(() => followers.follow(3)).toThrow('follows 2 logs already');
  first.close();
  first.close();
  followers.follow(3);
  expect(() => followers.follow(4)).toThrow('follows 2 logs already');
});
