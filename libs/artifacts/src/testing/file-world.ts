import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openFileStorage } from '../file-storage.js';
import type { StorageWorld } from './describe-storage.js';

export interface FileWorld extends StorageWorld {
  readonly folder: string;
  pathOf(key: string): string;
}

/** A file storage in a folder of its own. */
export async function fileWorld(): Promise<FileWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-artifacts-'));
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key.slice(2, 4), key);
  return {
    folder,
    pathOf,
    storage: await openFileStorage(folder),
    age: async (key, ms) => {
      const then = new Date(Date.now() - ms);
      await utimes(pathOf(key), then, then);
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
