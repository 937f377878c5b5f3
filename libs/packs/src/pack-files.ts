import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { PackProblem } from './pack-problem.js';

/** Left behind by tools, never part of a pack. */
const ignoredNames: ReadonlySet<string> = new Set(['.git', '.DS_Store', '__pycache__', 'node_modules']);
const maxFiles = 10_000;

export interface PackFile {
  /** Relative to the pack directory, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
}

export interface PackFiles {
  /** Ordered by path, so that every reader and the content hash see the same order. */
  readonly files: readonly PackFile[];
  readonly problems: readonly PackProblem[];
}

/** Lists a pack's files without following links: a link is a problem, because it may lead out of the pack. */
export async function listPackFiles(directory: string): Promise<PackFiles> {
  const found: PackFiles = { files: [], problems: [] };
  await walk(directory, '', found as Found);
  return { ...found, files: found.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/**
 * SHA-256, hex, over paths, executable bits and bytes: two directories with the same hash are the same pack.
 * `format` is part of it, so that a release which stores packs differently installs them again.
 */
export async function contentHash(
  directory: string,
  files: readonly PackFile[],
  format: number,
): Promise<string> {
  const hash = createHash('sha256').update(`attune pack ${format}\n`);
  for (const file of files) {
    const bytes = createHash('sha256');
    await pipeline(createReadStream(join(directory, file.path)), bytes);
    hash.update(`${file.path}\0${file.executable ? 'x' : '-'}\0${bytes.digest('hex')}\n`);
  }
  return hash.digest('hex');
}

interface Found {
  readonly files: PackFile[];
  readonly problems: PackProblem[];
}

async function walk(directory: string, folder: string, found: Found): Promise<void> {
  for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
    if (ignoredNames.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) await walk(directory, path, found);
    else await addFile(directory, { path, entry }, found);
  }
}

async function addFile(
  directory: string,
  { path, entry }: { path: string; entry: Dirent },
  found: Found,
): Promise<void> {
  if (!entry.isFile()) {
    found.problems.push(wholeFile(path, 'is not a plain file', 'packs hold no links, sockets or devices'));
    return;
  }
  if (found.files.length === maxFiles) throw new Error(`a pack has at most ${maxFiles} files`);
  const { size, mode } = await stat(join(directory, path));
  found.files.push({ path, size, executable: (mode & 0o111) !== 0 });
}

/** A problem of a file as a whole. */
export function wholeFile(file: string, message: string, hint?: string): PackProblem {
  return { file, line: 1, column: 1, message, ...(hint === undefined ? {} : { hint }) };
}
