import { createSlots } from './slots.js';

const forEver = Number.POSITIVE_INFINITY;

test('gives what is free, up to what is asked', async () => {
  const slots = createSlots(3);
  expect(await slots.acquire(2, 0)).toBe(2);
  expect(await slots.acquire(5, 0)).toBe(1);
  expect(slots.free).toBe(0);
});

test('gives nothing when no slot becomes free in time', async () => {
  const slots = createSlots(1);
  await slots.acquire(1, 0);
  expect(await slots.acquire(1, 20)).toBe(0);
  slots.release(1);
  expect(slots.free).toBe(1);
});

test('serves who waits as slots become free, in order', async () => {
  const slots = createSlots(2);
  await slots.acquire(2, 0);
  const first = slots.acquire(1, forEver);
  const second = slots.acquire(5, forEver);
  slots.release(1);
  slots.release(1);
  expect(await Promise.all([first, second])).toEqual([1, 1]);
  expect(slots.free).toBe(0);
});

test('nobody who waits is served with nothing', async () => {
  const slots = createSlots(2);
  await slots.acquire(2, 0);
  const greedy = slots.acquire(5, forEver);
  const modest = slots.acquire(1, forEver);
  slots.release(2);
  expect(await greedy).toBe(2);
  slots.release(1);
  expect(await modest).toBe(1);
});

test('a newcomer does not overtake who waits', async () => {
  const slots = createSlots(1);
  await slots.acquire(1, 0);
  const waiting = slots.acquire(1, forEver);
  slots.release(1);
  expect(await slots.acquire(1, 0)).toBe(0);
  expect(await waiting).toBe(1);
});

test('closing ends the wait, and nobody waits afterwards', async () => {
  const slots = createSlots(1);
  await slots.acquire(1, 0);
  const waiting = slots.acquire(1, forEver);
  slots.close();
  expect(await waiting).toBe(0);
  expect(await slots.acquire(1, forEver)).toBe(0);
});
