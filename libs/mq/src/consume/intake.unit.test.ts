import { waitUntil } from '@attune/testing';
import { createIntake } from './intake.js';
import type { IntakeOptions } from './intake.js';

/** An intake whose batches end when told to. */
function watched(options: Partial<IntakeOptions> = {}) {
  const batches: number[][] = [];
  const endings: (() => void)[] = [];
  const intake = createIntake<number>(
    { batchSize: 10, concurrency: 1, maxWaitMs: 0, ...options },
    (batch) => {
      batches.push(batch);
      return new Promise((resolve) => endings.push(resolve));
    },
  );
  return { intake, batches, endNext: () => endings.shift()?.() };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what arrives in one turn goes as one batch in the next turn', async () => {
  const { intake, batches } = watched();
  for (const delivery of [1, 2, 3]) intake.push(delivery);
  expect(batches).toEqual([]);
  await turn();
  expect(batches).toEqual([[1, 2, 3]]);
});

test('an idle intake hands over a single delivery without waiting, even with a maximal wait', async () => {
  const { intake, batches } = watched({ maxWaitMs: 60_000 });
  intake.push(1);
  await turn();
  expect(batches).toEqual([[1]]);
});

test('what arrives while a batch runs gathers for the next one, up to the batch size', async () => {
  const { intake, batches, endNext } = watched({ batchSize: 3 });
  intake.push(1);
  await turn();
  for (const delivery of [2, 3, 4, 5]) intake.push(delivery);
  await turn();
  expect(batches).toEqual([[1]]);
  endNext();
  await waitUntil(() => batches.length === 2);
  expect(batches).toEqual([[1], [2, 3, 4]]);
  expect(intake.waiting()).toBe(1);
});

test('under load a small batch waits a moment for company', async () => {
  const { intake, batches, endNext } = watched({ maxWaitMs: 20 });
  for (const delivery of [1, 2]) intake.push(delivery);
  await turn();
  endNext();
  await turn();
  intake.push(3);
  await turn();
  intake.push(4);
  await waitUntil(() => batches.length === 2);
  expect(batches[1]).toEqual([3, 4]);
});

test('no more batches run at once than allowed', async () => {
  const { intake, batches } = watched({ batchSize: 1, concurrency: 2 });
  for (const delivery of [1, 2, 3]) intake.push(delivery);
  await turn();
  expect(batches).toEqual([[1], [2]]);
});

test('stopped, it begins nothing and can be drained; started, it goes on', async () => {
  const { intake, batches } = watched();
  intake.push(1);
  intake.stop();
  await turn();
  expect(batches).toEqual([]);
  expect(intake.drain()).toEqual([1]);
  intake.push(2);
  intake.start();
  await turn();
  expect(batches).toEqual([[2]]);
});

test('is idle once every batch has ended', async () => {
  const { intake, endNext } = watched();
  intake.push(1);
  await turn();
  let idle = false;
  const waiting = intake.idle().then(() => {
    idle = true;
  });
  await turn();
  expect(idle).toBe(false);
  endNext();
  await waiting;
  expect(idle).toBe(true);
});
