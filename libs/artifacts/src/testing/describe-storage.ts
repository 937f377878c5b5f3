/// <reference types="jest" />
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import type { ArtifactStorage, ByteSource } from '../artifact-storage.js';
import { chunksOf, endless, numberedBytes } from './byte-sources.js';

/** An empty storage, for one test. */
export interface StorageWorld {
  readonly storage: ArtifactStorage;
  /** Makes bytes older than they are. */
  age(key: string, ms: number): Promise<void>;
  dispose(): Promise<void>;
}

/** What every artifact storage promises. */
export function describeStorage(name: string, create: () => Promise<StorageWorld>): void {
  let world: StorageWorld;
  let storage: ArtifactStorage;

  const put = (bytes: Uint8Array) => storage.put(chunksOf([bytes]));
  const contentOf = async (key: string, range?: { start: number; end: number }) =>
    buffer(await storage.open(key, range));

  /** Jest is slow at comparing long ones. */
  const sameBytes = (one: Uint8Array, other: Uint8Array) => expect(Buffer.compare(one, other)).toBe(0);

  async function keysOf(olderThanMs = -60_000, after?: string): Promise<string[]> {
    const keys = [];
    for await (const key of storage.keys({ olderThanMs, after })) keys.push(key);
    return keys;
  }

  describe(`${name}: storage`, () => {
    beforeEach(async () => {
      world = await create();
      ({ storage } = world);
    });
    afterEach(() => world.dispose());

    test.each([
      ['no bytes', []],
      ['one chunk', [numberedBytes(10)]],
      ['chunks of any size', [numberedBytes(3), numberedBytes(0), numberedBytes(200_000), numberedBytes(1)]],
    ])('gives back what it was given: %s', async (_name, chunks) => {
      const whole = Buffer.concat(chunks);
      const before = Date.now();

      const stored = await storage.put(chunksOf(chunks));

      expect(stored).toEqual({
        key: expect.stringMatching(/^[0-9a-zA-Z]{16,64}$/),
        size: whole.length,
        sha256: createHash('sha256').update(whole).digest('hex'),
        storedAt: expect.any(Date),
      });
      expect(Math.abs(stored.storedAt.getTime() - before)).toBeLessThan(60_000);
      sameBytes(await contentOf(stored.key), whole);
      expect(await storage.stat(stored.key)).toEqual({ size: whole.length, storedAt: stored.storedAt });
    });

    test('keeps the same bytes under a key of their own each time', async () => {
      const [one, two] = [await put(numberedBytes(5)), await put(numberedBytes(5))];

      await storage.remove(one.key);

      expect(one.key).not.toBe(two.key);
      sameBytes(await contentOf(two.key), numberedBytes(5));
    });

    test('keeps what 20 upload at once apart', async () => {
      const sizes = Array.from({ length: 20 }, (_, n) => n * 1_000);

      const stored = await Promise.all(sizes.map((size) => put(numberedBytes(size))));

      expect(stored.map(({ size }) => size)).toEqual(sizes);
      expect(await keysOf()).toEqual(stored.map(({ key }) => key).sort());
      for (const { key, size } of stored) sameBytes(await contentOf(key), numberedBytes(size));
    });

    test.each([
      ['the first byte', 0, 0],
      ['the last byte', 199_999, 199_999],
      ['bytes in the middle', 65_000, 140_000],
      ['everything', 0, 199_999],
    ])('opens a range: %s', async (_name, start, end) => {
      const { key } = await put(numberedBytes(200_000));

      sameBytes(await contentOf(key, { start, end }), numberedBytes(200_000).subarray(start, end + 1));
    });

    test('is read by several at once', async () => {
      const { key } = await put(numberedBytes(300_000));

      const contents = await Promise.all([
        contentOf(key),
        contentOf(key, { start: 7, end: 9 }),
        contentOf(key),
      ]);

      expect(contents.map((content) => content.length)).toEqual([300_000, 3, 300_000]);
    });

    test.each([
      ['of bytes that were removed', 'removed'],
      ['that was never made', '0'.repeat(32)],
      ['that is empty', ''],
      ['that is a path', '../../../../etc/passwd'],
      ['that is an absolute path', '/etc/passwd'],
      ['that is a folder', '.'],
      ['that begins with a key of its own', 'removed/../removed'],
      ['with a character that names cannot have', `\0${'0'.repeat(31)}`],
    ])('has nothing under a key %s', async (_name, text) => {
      const { key: removed } = await put(numberedBytes(5));
      await storage.remove(removed);
      const key = text.replaceAll('removed', removed);

      await expect(storage.open(key)).rejects.toMatchObject({ code: 'NOT_FOUND', value: key });
      expect(await storage.stat(key)).toBeUndefined();
      await expect(storage.remove(key)).resolves.toBeUndefined();
    });

    test('removes once and for all, by 20 at once', async () => {
      const { key } = await put(numberedBytes(5));

      await Promise.all(Array.from({ length: 20 }, () => storage.remove(key)));

      expect(await storage.stat(key)).toBeUndefined();
      expect(await keysOf()).toEqual([]);
    });

    test('keeps nothing of an upload whose source fails, and throws what it threw', async () => {
      const failure = new Error('the client went away');
      const source = async function* (): ByteSource {
        yield numberedBytes(100_000);
        throw failure;
      };

      await expect(storage.put(source())).rejects.toBe(failure);

      expect(await keysOf()).toEqual([]);
      expect(await storage.removeUnfinished({ olderThanMs: -60_000, limit: 10 })).toBe(0);
    });

    test('takes as many bytes as the limit allows', async () => {
      const { size } = await storage.put(chunksOf([numberedBytes(6), numberedBytes(4)]), { limit: 10 });

      expect(size).toBe(10);
    });

    test('takes not one more, reads no further, and keeps nothing of them', async () => {
      const source = endless(10_000);

      await expect(storage.put(source.bytes, { limit: 100_000 })).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
      });

      expect(source.taken()).toBeLessThanOrEqual(12);
      expect(source.isEnded()).toBe(true);
      expect(await keysOf()).toEqual([]);
    });

    test('lists keys in their order, from any of them on, and what is not young', async () => {
      const made = await Promise.all(Array.from({ length: 30 }, () => put(numberedBytes(1))));
      const keys = made.map(({ key }) => key).sort();
      const old = keys.filter((_, n) => n % 3 === 0);
      for (const key of old) await world.age(key, 3_600_000);

      expect(await keysOf()).toEqual(keys);
      expect(await keysOf(1_800_000)).toEqual(old);
      expect(await keysOf(7_200_000)).toEqual([]);
      for (const key of keys) expect(await keysOf(-60_000, key)).toEqual(keys.filter((other) => other > key));
    });

    test('lists on while what it lists is removed', async () => {
      const made = await Promise.all(Array.from({ length: 10 }, () => put(numberedBytes(1))));

      const listed = [];
      for await (const key of storage.keys({ olderThanMs: -60_000 })) {
        listed.push(key);
        await storage.remove(key);
      }

      expect(listed).toEqual(made.map(({ key }) => key).sort());
    });
  });
}
