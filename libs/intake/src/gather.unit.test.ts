import { TransientError } from '@attune/domain';

import { gather } from './gather.js';

interface Batch {
  readonly items: readonly string[];
  end(): void;
  fail(error: Error): void;
}

/** Work that ends when the test says so; the result of an item is the item in capitals. */
function manualWork(options: { maxItems?: number; lanes?: number } = {}) {
  const batches: Batch[] = [];
  const work = (_key: object, items: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      batches.push({ items, end: () => resolve(items.map((item) => item.toUpperCase())), fail: reject });
    });
  const submit = gather(work, { maxItems: 10, lanes: 1, ...options });
  return { submit, batches };
}

const key = {};
/** A batch that ended is handed out in one turn of the event loop, and the next one taken in another. */
const settled = async () => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
};

test('the first caller is served at once, those who come meanwhile share the next batch', async () => {
  const { submit, batches } = manualWork();
  const answers = [submit(key, ['a'])];
  await settled();
  answers.push(submit(key, ['b', 'c']), submit(key, ['d']));
  expect(batches.map(({ items }) => items)).toEqual([['a']]);
  batches[0]?.end();
  await settled();
  expect(batches[1]?.items).toEqual(['b', 'c', 'd']);
  batches[1]?.end();
  expect(await Promise.all(answers)).toEqual([['A'], ['B', 'C'], ['D']]);
});

test('a shared batch has a limit, but no caller is cut in two', async () => {
  const { submit, batches } = manualWork({ maxItems: 3 });
  void submit(key, ['a']);
  await settled();
  void submit(key, ['b', 'c']);
  void submit(key, ['d', 'e']);
  void submit(key, ['f', 'g', 'h', 'i']);
  for (const index of [0, 1, 2]) {
    batches[index]?.end();
    await settled();
  }
  expect(batches.map(({ items }) => items.join(''))).toEqual(['a', 'bc', 'de', 'fghi']);
});

test('an error reaches only the caller it concerns', async () => {
  const { submit, batches } = manualWork();
  void submit(key, ['a']);
  await settled();
  const good = submit(key, ['b']);
  const bad = submit(key, ['c']);
  batches[0]?.end();
  await settled();
  batches[1]?.fail(new Error('one of them is bad'));
  await settled();
  batches[2]?.end();
  batches[3]?.fail(new Error('c is bad'));
  expect(await good).toEqual(['B']);
  await expect(bad).rejects.toThrow('c is bad');
});

test('an error that is nobody’s fault reaches all at once, without a second try', async () => {
  const { submit, batches } = manualWork();
  void submit(key, ['a']);
  await settled();
  const waiting = [submit(key, ['b']), submit(key, ['c'])];
  batches[0]?.end();
  await settled();
  batches[1]?.fail(new TransientError('the database is away'));
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(batches).toHaveLength(2);
});

test('after an error the next caller is served', async () => {
  const { submit, batches } = manualWork();
  const bad = submit(key, ['a']);
  await settled();
  batches[0]?.fail(new Error('away'));
  await expect(bad).rejects.toThrow('away');
  const good = submit(key, ['b']);
  await settled();
  batches[1]?.end();
  expect(await good).toEqual(['B']);
});

test('callers of one turn of the event loop share a batch', async () => {
  const { submit, batches } = manualWork({ lanes: 2 });
  for (const item of ['a', 'b', 'c']) void submit(key, [item]);
  await settled();
  expect(batches.map(({ items }) => items)).toEqual([['a', 'b', 'c']]);
});

test('several lanes serve at once, and keys do not wait for each other', async () => {
  const { submit, batches } = manualWork({ lanes: 2 });
  for (const item of ['a', 'b', 'c']) {
    void submit(key, [item]);
    await settled();
  }
  void submit({}, ['x']);
  await settled();
  expect(batches.map(({ items }) => items.join(''))).toEqual(['a', 'b', 'x']);
});
