import { opendir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Age } from './artifact-storage.js';
import { onDisk } from './file-error.js';

/** Uploads that are not complete; in the same file system, so that they are moved in one step. */
export const unfinishedFolder = 'unfinished';

const keyPattern = /^[0-9a-f]{32}$/;
const folderPattern = /^[0-9a-f]{2}$/;

/** Where the bytes of a key are. */
export interface KeyPlace {
  readonly path: string;
  /** From the outermost to the one that holds the file. */
  readonly folders: readonly string[];
}

/** Whether this storage could have made the key: any other text must not become a path. */
export function isKey(text: string): boolean {
  return keyPattern.test(text);
}

/** Two levels of folders, so that none gets too large. */
export function placeOf(root: string, key: string): KeyPlace {
  const outer = join(root, key.slice(0, 2));
  const inner = join(outer, key.slice(2, 4));
  return { path: join(inner, key), folders: [root, outer, inner] };
}

/** Reads a folder at a time, in the order of keys; folders that lie before `after` are not read. */
export async function* listKeys(
  root: string,
  { olderThanMs, after = '' }: Age & { readonly after?: string | undefined },
): AsyncIterable<string> {
  const before = Date.now() - olderThanMs;
  for await (const folder of innerFolders(root, after)) {
    const names = (await namesIn(folder)).filter((name) => keyPattern.test(name) && name > after);
    for (const name of names) if (await isOlder(join(folder, name), before)) yield name;
  }
}

/** What is older in a folder of files goes, `limit` at most. Resolves with how many went. */
export async function removeOldFiles(
  folder: string,
  which: Age & { readonly limit: number },
): Promise<number> {
  const before = Date.now() - which.olderThanMs;
  let removed = 0;
  for await (const { name } of await opendir(folder)) {
    if (removed >= which.limit) break;
    if (!(await isOlder(join(folder, name), before))) continue;
    await rm(join(folder, name), { force: true });
    removed += 1;
  }
  return removed;
}

async function* innerFolders(root: string, after: string): AsyncIterable<string> {
  const [first, second] = [after.slice(0, 2), after.slice(2, 4)];
  for (const outer of await foldersIn(root)) {
    if (outer < first) continue;
    for (const inner of await foldersIn(join(root, outer)))
      if (outer > first || inner >= second) yield join(root, outer, inner);
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => folderPattern.test(name));
}

async function namesIn(folder: string): Promise<string[]> {
  return (await onDisk('list the bytes of artifacts', () => readdir(folder))).sort();
}

/** False for what is gone. */
async function isOlder(path: string, before: number): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && file.mtimeMs < before;
}
