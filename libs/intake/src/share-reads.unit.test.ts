import { shareReads } from './share-reads.js';

interface Pending {
  resolve(value: number): void;
  reject(error: Error): void;
}

/** A read that ends when the test says so. */
function manualRead() {
  const pending: Pending[] = [];
  const read = shareReads(
    (_key: object) => new Promise<number>((resolve, reject) => pending.push({ resolve, reject })),
  );
  return { read, pending };
}

const key = {};

test('whoever asks while a read runs shares the next one, not that one', async () => {
  const { read, pending } = manualRead();
  const first = read(key);
  const later = [read(key), read(key), read(key)];
  expect(pending).toHaveLength(1);

  pending[0]?.resolve(1);
  expect(await first).toBe(1);
  expect(pending).toHaveLength(2);
  pending[1]?.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
});

test('a later question starts a read of its own', async () => {
  const { read, pending } = manualRead();
  const first = read(key);
  pending[0]?.resolve(1);
  await first;
  const second = read(key);
  pending[1]?.resolve(2);
  expect(await second).toBe(2);
});

test('a read that fails fails for its askers only', async () => {
  const { read, pending } = manualRead();
  const first = read(key);
  const second = read(key);
  pending[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  pending[1]?.resolve(2);
  expect(await second).toBe(2);
});

test('different keys are read at once', () => {
  const { read, pending } = manualRead();
  void read({});
  void read({});
  expect(pending).toHaveLength(2);
});
