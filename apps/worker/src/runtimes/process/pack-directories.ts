import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findPackByRef } from '@attune/db';
import type { Db } from '@attune/db';
import { parse } from 'yaml';

/** An answer is used this long: a pack that is installed or updated is seen within this time. */
const rememberMs = 1_000;

/** Finds where the files of a pack are. */
export type FindPackDirectory = (packRef: string) => Promise<string | undefined>;

interface Remembered {
  readonly directory: Promise<string | undefined>;
  readonly until: number;
}

/**
 * Where the pack was installed from, if that directory is here too; otherwise among the configured directories, each
 * a pack or a directory of packs. At most one look per pack and second.
 */
export function packDirectories(db: Db, roots: readonly string[]): FindPackDirectory {
  const remembered = new Map<string, Remembered>();

  const look = async (packRef: string): Promise<string | undefined> => {
    const installed = (await findPackByRef(db, packRef))?.storage_path;
    const candidates = [...(installed === null || installed === undefined ? [] : [installed]), ...roots];
    for (const root of candidates) {
      const found = await findBelow(resolve(root), packRef);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  return (packRef) => {
    const known = remembered.get(packRef);
    if (known !== undefined && performance.now() < known.until) return known.directory;
    const directory = look(packRef);
    remembered.set(packRef, { directory, until: performance.now() + rememberMs });
    directory.catch(() => remembered.delete(packRef));
    return directory;
  };
}

async function findBelow(root: string, packRef: string): Promise<string | undefined> {
  if ((await refOf(root)) === packRef) return root;
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const directory = join(root, entry.name);
    if (!entry.name.startsWith('.') && (await refOf(directory)) === packRef) return directory;
  }
  return undefined;
}

async function refOf(directory: string): Promise<unknown> {
  try {
    const manifest = parse(await readFile(join(directory, 'pack.yaml'), 'utf8')) as { ref?: unknown } | null;
    return manifest?.ref;
  } catch {
    return undefined;
  }
}
