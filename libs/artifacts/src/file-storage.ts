import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { NotFoundError, PayloadTooLargeError } from '@attune/domain';

import type { ArtifactStorage, ByteSource, StoredBytes } from './artifact-storage.js';
import { onDisk, systemCode } from './file-error.js';
import { isKey, listKeys, placeOf, removeOldFiles, unfinishedFolder } from './file-tree.js';
import type { KeyPlace } from './file-tree.js';

const keep = 'store the bytes of an artifact';
const read = 'read the bytes of an artifact';
const remove = 'remove the bytes of an artifact';

/**
 * Artifact bytes as files of a folder, which is made when it is missing. Several processes may share it, also over a
 * network. An upload is a file of its own until it is complete and on the disk; then it is moved to its key.
 */
export async function openFileStorage(root: string): Promise<ArtifactStorage> {
  const unfinished = join(root, unfinishedFolder);
  await onDisk(keep, () => mkdir(unfinished, { recursive: true, mode: 0o700 }));
  const ifPresent = <T>(key: string, intention: string, work: (path: string) => Promise<T>) =>
    isKey(key)
      ? onDisk(intention, () => work(placeOf(root, key).path).catch(ignoreAbsence))
      : Promise.resolve(undefined);
  return {
    put: (content, options) => put(root, content, options?.limit),
    open: async (key, range) => {
      const file = await ifPresent(key, read, (path) => open(path));
      if (file === undefined) throw new NotFoundError('artifact bytes', 'key', key);
      return file.createReadStream(range);
    },
    stat: async (key) => {
      const file = await ifPresent(key, read, (path) => stat(path));
      return file && { size: file.size, storedAt: file.mtime };
    },
    remove: (key) => ifPresent(key, remove, (path) => unlink(path)),
    keys: (which) => listKeys(root, which),
    removeUnfinished: (which) => onDisk(remove, () => removeOldFiles(unfinished, which)),
  };
}

async function put(root: string, content: ByteSource, limit = Infinity): Promise<StoredBytes> {
  const key = randomBytes(16).toString('hex');
  const upload = join(root, unfinishedFolder, key);
  const place = placeOf(root, key);
  try {
    const file = await onDisk(keep, () => open(upload, 'wx', 0o600));
    const written = await thenClose(file, () => writeAll(file, content, limit));
    await onDisk(keep, () => publish(upload, place));
    return { key, ...written };
  } catch (error) {
    await Promise.allSettled([upload, place.path].map((left) => rm(left, { force: true })));
    throw error;
  }
}

async function writeAll(
  file: FileHandle,
  content: ByteSource,
  limit: number,
): Promise<Omit<StoredBytes, 'key'>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    size += chunk.byteLength;
    if (size > limit) throw new PayloadTooLargeError(`an artifact has more than the ${limit} bytes allowed`);
    hash.update(chunk);
    await onDisk(keep, () => file.writeFile(chunk));
  }
  const storedAt = new Date();
  await onDisk(keep, async () => {
    await file.utimes(storedAt, storedAt);
    await file.sync();
  });
  return { size, sha256: hash.digest('hex'), storedAt };
}

/** A file is there for good when the disk knows the entry in its folder, and those of the folders. */
async function publish(upload: string, { path, folders }: KeyPlace): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(upload, path);
  await Promise.all(folders.map(syncFolder));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await thenClose(handle, () => handle.sync());
}

async function thenClose<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

function ignoreAbsence(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
