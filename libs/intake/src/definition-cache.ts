import { currentEpoch, StaleDefinitionsError } from '@attune/db';
import type { Db } from '@attune/db';
import { TransientError } from '@attune/domain';

import { shareReads } from './share-reads.js';

/** Definitions change a few times an hour; whoever loses this often waits for the import to end. */
const mostRounds = 5;

export type FindByRef<T> = (db: Db, ref: string) => Promise<T | undefined>;

/** Definitions, and the epoch they were read in. */
export interface Known<T> {
  readonly epoch: number;
  /** Those that exist of the refs that were asked for. */
  readonly byRef: ReadonlyMap<string, T>;
}

/** Remembers definitions for as long as no definition changes. */
export interface DefinitionCache<T> {
  /** As they are now: the epoch is read each time, the rows once. */
  read(db: Db, refs: readonly string[]): Promise<Known<T>>;
  /** As they were when they were read last: for what is committed only if their epoch is still the same. */
  recall(db: Db, refs: readonly string[]): Promise<Known<T>>;
}

const readEpoch = shareReads(currentEpoch);

interface Generation<T> extends Known<T> {
  readonly byRef: Map<string, T>;
}

/** Unknown refs are asked for again each time, so that nobody can fill the memory with names. */
export function cacheByEpoch<T>(find: FindByRef<T>): DefinitionCache<T> {
  const generations = new WeakMap<Db, Generation<T>>();

  const complete = async (db: Db, generation: Generation<T>, refs: readonly string[]) => {
    for (const ref of new Set(refs)) {
      const row = generation.byRef.get(ref) ?? (await find(db, ref));
      if (row !== undefined) generation.byRef.set(ref, row);
    }
    return generation;
  };

  const read: DefinitionCache<T>['read'] = async (db, refs) => {
    const epoch = await readEpoch(db);
    const known = generations.get(db);
    const generation = known?.epoch === epoch ? known : { epoch, byRef: new Map<string, T>() };
    generations.set(db, generation);
    return complete(db, generation, refs);
  };

  return {
    read,
    recall: async (db, refs) => {
      const known = generations.get(db);
      return known === undefined ? read(db, refs) : complete(db, known, refs);
    },
  };
}

/**
 * The outcome of `work`, which checks the epoch when it commits. It is done on what is remembered; when it refuses,
 * or its commit finds another epoch, it is done again on what holds now. So a decision costs no read before it.
 */
export async function decideOn<T, R>(
  cache: DefinitionCache<T>,
  { db, refs }: { db: Db; refs: readonly string[] },
  work: (known: Known<T>) => Promise<R>,
): Promise<R> {
  let known = await cache.recall(db, refs);
  for (let round = 1; ; round += 1) {
    try {
      return await work(known);
    } catch (error) {
      const isStale = error instanceof StaleDefinitionsError;
      if (round === mostRounds || (error instanceof TransientError && !isStale)) throw error;
      // In a transaction that an error has ended nothing can be read: the error stands.
      const current = await cache.read(db, refs).catch(() => undefined);
      if (current === undefined || (current.epoch === known.epoch && !isStale)) throw error;
      known = current;
    }
  }
}
