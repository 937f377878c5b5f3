import { currentEpoch } from '@attune/db';
import type { Db } from '@attune/db';

import { shareReads } from './share-reads.js';

export type FindByRef<T> = (db: Db, ref: string) => Promise<T | undefined>;

/** The definitions among `refs` that exist, by ref. */
export type LoadByRef<T> = (db: Db, refs: Iterable<string>) => Promise<ReadonlyMap<string, T>>;

const readEpoch = shareReads(currentEpoch);

interface Generation<T> {
  readonly epoch: number;
  readonly found: Map<string, T>;
}

/**
 * Remembers definitions for as long as no definition changes: the epoch is read each time, the rows once.
 * Unknown refs are asked for again each time, so that nobody can fill the memory with names.
 */
export function cacheByEpoch<T>(find: FindByRef<T>): LoadByRef<T> {
  const generations = new WeakMap<Db, Generation<T>>();
  return async (db, refs) => {
    const epoch = await readEpoch(db);
    const known = generations.get(db);
    const generation = known?.epoch === epoch ? known : { epoch, found: new Map<string, T>() };
    generations.set(db, generation);
    const wanted = new Set(refs);
    for (const ref of wanted) {
      const row = generation.found.get(ref) ?? (await find(db, ref));
      if (row !== undefined) generation.found.set(ref, row);
    }
    return generation.found;
  };
}
