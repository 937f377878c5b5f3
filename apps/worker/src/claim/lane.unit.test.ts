import type { Subscription } from '@attune/mq';
import { waitUntil } from '@attune/testing';
import { Lane } from './lane.js';

function setUp(slots = 1) {
  const calls: string[] = [];
  const intake: Subscription = {
    pause: async () => void calls.push('pause'),
    resume: async () => void calls.push('resume'),
    close: async () => void calls.push('close'),
  };
  const world = { hasSession: true };
  const lane = new Lane(slots, () => world.hasSession);
  return { calls, intake, lane, world };
}

test('opens again when a slot is free', async () => {
  const { calls, intake, lane } = setUp();
  await lane.start(Promise.resolve(intake));
  await lane.slots.acquire(1, 0);
  await lane.shut();
  await lane.shut();
  expect(calls).toEqual(['pause']);
  lane.slots.release(1);
  await waitUntil(() => calls.length === 2);
  expect(calls).toEqual(['pause', 'resume']);
  expect(lane.slots.free).toBe(1);
});

test('without a session it stays shut until it is opened', async () => {
  const { calls, intake, lane, world } = setUp();
  await lane.start(Promise.resolve(intake));
  world.hasSession = false;
  await lane.shut();
  await lane.open();
  expect(calls).toEqual(['pause']);
  world.hasSession = true;
  await lane.open();
  await lane.open();
  expect(calls).toEqual(['pause', 'resume']);
});

test('can be shut while its intake is still starting', async () => {
  const { calls, intake, lane, world } = setUp();
  let begin: (intake: Subscription) => void = () => undefined;
  const starting = lane.start(new Promise<Subscription>((resolve) => (begin = resolve)));
  world.hasSession = false;
  const shut = lane.shut();
  begin(intake);
  await Promise.all([starting, shut]);
  expect(calls).toEqual(['pause']);
});

test('a lane that is closed does not open again', async () => {
  const { calls, intake, lane } = setUp();
  await lane.start(Promise.resolve(intake));
  await lane.slots.acquire(1, 0);
  await lane.shut();
  await lane.close();
  lane.slots.release(1);
  expect(await lane.slots.acquire(1, 0)).toBe(1);
  expect(calls).toEqual(['pause', 'close']);
});
