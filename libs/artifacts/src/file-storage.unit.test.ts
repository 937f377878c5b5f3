import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { startProgram, startTypeScript, waitUntil } from '@attune/testing';

import type { ByteSource } from './artifact-storage.js';
import { openFileStorage } from './file-storage.js';
import { chunksOf, describeStorage, fileWorld, numberedBytes } from './testing/index.js';
import type { FileWorld } from './testing/index.js';

describeStorage('files', fileWorld);

const mebibyte = 1_048_576;
const uploader = join(__dirname, 'testing/upload.program.ts');

describe('files of artifacts', () => {
  let world: FileWorld;
  beforeEach(async () => {
    world = await fileWorld();
  });
  afterEach(() => world.dispose());

  const unfinished = () => readdir(join(world.folder, 'unfinished'));
  const sizeOfUpload = async () => {
    const [name = ''] = await unfinished();
    return (await stat(join(world.folder, 'unfinished', name))).size;
  };

  /** Everything in the storage, folders apart. */
  async function files(): Promise<string[]> {
    const entries = await readdir(world.folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  test('are readable for nobody else, and lie two folders deep', async () => {
    const { key } = await world.storage.put(chunksOf([numberedBytes(5)]));

    const modes = [];
    for (const path of [[], [key.slice(0, 2)], [key.slice(0, 2), key.slice(2, 4)], ['unfinished']])
      modes.push((await stat(join(world.folder, ...path))).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o700]);
    expect((await stat(world.pathOf(key))).mode & 0o777).toBe(0o600);
  });

  test('are written as they come: what was taken is in the file before more is asked for', async () => {
    const behind: number[] = [];
    async function* watched(): ByteSource {
      for (let chunk = 0; chunk < 64; chunk += 1) {
        if (chunk > 0) behind.push(chunk * 65_536 - (await sizeOfUpload()));
        yield numberedBytes(65_536);
      }
    }

    await world.storage.put(watched());

    expect(behind).toHaveLength(63);
    expect(Math.max(...behind)).toBeLessThanOrEqual(2 * 65_536);
  });

  test('are read as they are consumed', async () => {
    const { key } = await world.storage.put(
      chunksOf(Array.from({ length: 8 }, () => numberedBytes(mebibyte))),
    );

    const content = await world.storage.open(key);
    const readable = once(content, 'readable');
    content.read(0);
    await readable;

    expect(content.readableLength).toBeLessThanOrEqual(mebibyte);
    expect((await buffer(content)).length).toBe(8 * mebibyte);
  });

  test('take streams of Node.js', async () => {
    const bytes = numberedBytes(3 * mebibyte);

    const { key, sha256 } = await world.storage.put(Readable.from([bytes], { objectMode: false }));

    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(bytes.equals(await buffer(await world.storage.open(key)))).toBe(true);
  });

  test('are read to the end by those who opened them before they were removed', async () => {
    const { key } = await world.storage.put(chunksOf([numberedBytes(mebibyte)]));

    const content = await world.storage.open(key);
    await world.storage.remove(key);

    expect(numberedBytes(mebibyte).equals(await buffer(content))).toBe(true);
  });

  test('are closed when they are written, and when their reader goes away', async () => {
    const openFiles = async () => (await readdir('/proc/self/fd').catch(() => [])).length;
    const before = await openFiles();

    for (let n = 0; n < 20; n += 1) {
      const { key } = await world.storage.put(chunksOf([numberedBytes(mebibyte)]));
      const content = await world.storage.open(key);
      content.destroy();
      await once(content, 'close');
    }

    await waitUntil(async () => (await openFiles()) <= before + 2);
  });

  test('of one folder are listed from any of them on', async () => {
    const keys = ['0', '1', '2'].map((end) => `abcd${end.repeat(28)}`);
    const folder = join(world.folder, 'ab', 'cd');
    await mkdir(folder, { recursive: true });
    for (const key of keys) await writeFile(join(folder, key), '');

    const listed = [];
    for await (const key of world.storage.keys({ olderThanMs: -60_000, after: keys[0] })) listed.push(key);

    expect(listed).toEqual(keys.slice(1));
  });

  test('are not visible until they are complete', async () => {
    const keys: string[] = [];
    async function* watched(): ByteSource {
      yield numberedBytes(10);
      for await (const key of world.storage.keys({ olderThanMs: -60_000 })) keys.push(key);
      expect(await unfinished()).toHaveLength(1);
    }

    await world.storage.put(watched());

    expect(keys).toEqual([]);
    expect(await unfinished()).toEqual([]);
  });

  test('of a process that was killed while it uploaded stay unfinished until they are old', async () => {
    const program = startTypeScript(uploader, [world.folder]);
    await program.outputs(/uploading/);
    await program.kill();
    const keys = [];
    for await (const key of world.storage.keys({ olderThanMs: -60_000 })) keys.push(key);
    const [name = ''] = await unfinished();

    expect(keys).toEqual([]);
    expect(await world.storage.removeUnfinished({ olderThanMs: 3_600_000, limit: 10 })).toBe(0);
    const longAgo = new Date(Date.now() - 3_700_000);
    await utimes(join(world.folder, 'unfinished', name), longAgo, longAgo);
    expect(await world.storage.removeUnfinished({ olderThanMs: 3_600_000, limit: 10 })).toBe(1);
    expect(await files()).toEqual([]);
  });

  test('that are unfinished and old go in batches', async () => {
    for (let n = 0; n < 5; n += 1) await writeFile(join(world.folder, 'unfinished', `${n}`), '');
    const removed = [];

    for (let n = 0; n < 3; n += 1)
      removed.push(await world.storage.removeUnfinished({ olderThanMs: -60_000, limit: 3 }));

    expect(removed).toEqual([3, 2, 0]);
  });

  test('whose upload a sweep has taken for left over are not there, and that is said', async () => {
    async function* stalled(): ByteSource {
      yield numberedBytes(10);
      expect(await world.storage.removeUnfinished({ olderThanMs: -60_000, limit: 10 })).toBe(1);
    }

    await expect(world.storage.put(stalled())).rejects.toMatchObject({ code: 'TRANSIENT' });

    expect(await files()).toEqual([]);
  });

  test('of others in the folder are left alone', async () => {
    const strange = join(world.folder, 'ab', 'cd');
    await mkdir(strange, { recursive: true });
    await mkdir(join(world.folder, 'lost+found'));
    for (const name of ['notes.txt', 'abcd', 'AB'.repeat(16)]) await writeFile(join(strange, name), '');

    const keys = [];
    for await (const key of world.storage.keys({ olderThanMs: -60_000 })) keys.push(key);

    expect(keys).toEqual([]);
  });
});

describe('a disk that fails', () => {
  let world: FileWorld;
  beforeEach(async () => {
    world = await fileWorld();
  });
  afterEach(() => world.dispose());

  test('is told when uploads have no place, without paths', async () => {
    await rm(join(world.folder, 'unfinished'), { recursive: true });

    const error: unknown = await world.storage
      .put(chunksOf([numberedBytes(1)]))
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      code: 'TRANSIENT',
      message: 'cannot store the bytes of an artifact: a file or folder is gone',
      cause: { code: 'ENOENT' },
    });
  });

  test('leaves nothing of an upload that cannot be moved to its key', async () => {
    for (let n = 0; n < 256; n += 1)
      await writeFile(join(world.folder, n.toString(16).padStart(2, '0')), 'in the way');

    await expect(world.storage.put(chunksOf([numberedBytes(1)]))).rejects.toMatchObject({
      code: 'TRANSIENT',
      message: expect.stringContaining('cannot store the bytes of an artifact'),
    });

    expect(await readdir(join(world.folder, 'unfinished'))).toEqual([]);
  });

  test('is told while it takes an upload, of which nothing is left', async () => {
    // A limit of the shell for the size of files: the system refuses a write as it does on a full disk.
    const node = [process.execPath, '--conditions=@attune/source', '--import', 'tsx'];
    const command = ['ulimit -f 1024; exec "$@"', 'sh', ...node, uploader, world.folder, '100'];
    const program = startProgram('sh', ['-c', ...command]);

    const [refusal] = await program.outputs(/refused: .*/);
    await program.ended;

    expect(refusal).toBe(
      'refused: TRANSIENT cannot store the bytes of an artifact: the file is larger than the system allows',
    );
    expect(await readdir(join(world.folder, 'unfinished'))).toEqual([]);
  });

  test('is no folder', async () => {
    const file = join(world.folder, 'file');
    await writeFile(file, '');

    await expect(openFileStorage(join(file, 'deeper'))).rejects.toMatchObject({ code: 'TRANSIENT' });
  });
});
