import { createTokenBuckets } from './token-bucket.js';

const rate = { requests: 3, window_seconds: 60 };

function bucketsAt(start = 0) {
  const clock = { ms: start, now: () => new Date(clock.ms) };
  return { clock, buckets: createTokenBuckets(clock) };
}

test('a bucket holds the requests of a window, and says when there is room again', () => {
  const { buckets } = bucketsAt();
  expect([1, 2, 3, 4, 5].map(() => buckets.take('a', rate))).toEqual([0, 0, 0, 20, 20]);
});

test('it fills evenly, and never beyond its window', () => {
  const { buckets, clock } = bucketsAt();
  for (let taken = 0; taken < 3; taken += 1) buckets.take('a', rate);
  clock.ms = 19_000;
  expect(buckets.take('a', rate)).toBe(1);
  clock.ms = 20_000;
  expect([buckets.take('a', rate), buckets.take('a', rate)]).toEqual([0, 20]);
  clock.ms = 3_600_000;
  expect([1, 2, 3, 4].map(() => buckets.take('a', rate) === 0)).toEqual([true, true, true, false]);
});

test('names do not share tokens, and a refused request takes none', () => {
  const { buckets, clock } = bucketsAt();
  const once = { requests: 1, window_seconds: 10 };
  expect([buckets.take('a', once), buckets.take('b', once)]).toEqual([0, 0]);
  for (let asked = 0; asked < 50; asked += 1) buckets.take('a', once);
  clock.ms = 10_000;
  expect(buckets.take('a', once)).toBe(0);
});

test('a clock that goes back takes nothing away', () => {
  const { buckets, clock } = bucketsAt(60_000);
  buckets.take('a', rate);
  clock.ms = 0;
  expect([buckets.take('a', rate), buckets.take('a', rate)]).toEqual([0, 0]);
});

test('a smaller rate holds at once', () => {
  const { buckets } = bucketsAt();
  buckets.take('a', { requests: 100, window_seconds: 60 });
  const smaller = { requests: 1, window_seconds: 60 };
  expect([buckets.take('a', smaller), buckets.take('a', smaller)]).toEqual([0, 60]);
});
