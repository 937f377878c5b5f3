import { createBatcher } from './batcher.js';

const limits = { items: 3, bytes: 10, bytesOf: (text: string) => text.length };

test('handles what came together as one batch, up to its limits', async () => {
  const batches: string[][] = [];
  const batcher = createBatcher(limits, async (batch) => void batches.push([...batch]));
  for (const text of ['a', 'b', 'c', 'd', 'e'.repeat(9), 'f', 'g'.repeat(30), 'h']) batcher.add(text);
  await batcher.idle();
  expect(batches).toEqual([['a', 'b', 'c'], ['d', 'e'.repeat(9)], ['f'], ['g'.repeat(30)], ['h']]);
});

test('what comes while a batch is handled forms the next, and batches do not overlap', async () => {
  const batches: string[][] = [];
  let open = 0;
  const batcher = createBatcher(limits, async (batch) => {
    expect(++open).toBe(1);
    batches.push([...batch]);
    if (batches.length === 1) for (const text of ['b', 'c']) batcher.add(text);
    await Promise.resolve();
    open--;
  });
  batcher.add('a');
  await batcher.idle();
  expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('is idle when nothing was added', async () => {
  await expect(createBatcher(limits, async () => undefined).idle()).resolves.toBeUndefined();
});
