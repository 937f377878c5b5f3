import { openChanges } from '@attune/changes';
import type { Changes } from '@attune/changes';
import { createMemoryBroker, message, notice, openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { follow as followChanges } from './followers.js';
import type { Follower } from './followers.js';

const never = new AbortController().signal;
const hour = 3_600_000;
let bus: Bus;
let changes: Changes;

beforeEach(async () => {
  const log = createLogger('test', { level: 'silent' });
  bus = openMemoryBus({ log, broker: createMemoryBroker() });
  changes = await openChanges({ bus, replay: 10, log });
});

afterEach(async () => {
  await changes.close();
  await bus.close();
});

function tell(entityType: string, entityId: number): Promise<void> {
  return bus.publish([message(notice, { changes: [{ entityType, entityId, change: 'updated' }] })]);
}

function follow(executionId: number): Follower {
  return followChanges(changes.fanOut, 'execution', executionId);
}

test('a change of the execution wakes its followers', async () => {
  const changed = follow(7).changed(hour, never);
  await tell('execution', 7);
  await expect(changed).resolves.toBeUndefined();
});

test('a change that comes between two waits is not lost', async () => {
  const follower = follow(7);
  const other = follow(8);
  await tell('execution_log', 7);
  await tell('execution', 8);
  await other.changed(hour, never);
  await expect(follower.changed(hour, never)).resolves.toBeUndefined();
});

test('missed changes wake everybody', async () => {
  const changed = follow(7).changed(hour, never);
  changes.fanOut.breakOff();
  await expect(changed).resolves.toBeUndefined();
});

test('the signal ends a wait', async () => {
  const stop = new AbortController();
  const changed = follow(7).changed(hour, stop.signal);
  stop.abort();
  await expect(changed).resolves.toBeUndefined();
  await expect(follow(7).changed(hour, stop.signal)).resolves.toBeUndefined();
});
