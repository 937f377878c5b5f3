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
  const world = { mayClaim: true };
  const lane = new Lane(slots, () => world.mayClaim);
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

test('while the worker must not claim it stays shut', async () => {
  const { calls, intake, lane, world } = setUp();
  await lane.start(Promise.resolve(intake));
  world.mayClaim = false;
  await lane.shut();
  await lane.open();
  expect(calls).toEqual(['pause']);
  world.mayClaim = true;
  await lane.open();
  await lane.open();
  expect(calls).toEqual(['pause', 'resume']);
});

test('can be shut while its intake is still starting', async () => {
  const { calls, intake, lane, world } = setUp();
  let begin: (intake: Subscription) => void = () => undefined;
  const starting = lane.start(new Promise<Subscription>((resolve) => (begin = resolve)));
  world.mayClaim = false;
  const shut = lane.shut();
  begin(intake);
  await Promise.all([starting, shut]);
  expect(new Set(calls)).toEqual(new Set(['pause']));
});

test('that was shut before its intake started takes nothing', async () => {
  const { calls, intake, lane, world } = setUp();
  world.mayClaim = false;
  await lane.shut();
  await lane.start(Promise.resolve(intake));
  expect(calls).toEqual(['pause']);
  expect(lane.isShut).toBe(true);
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
