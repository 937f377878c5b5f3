import { setImmediate as nextTurn } from 'node:timers/promises';

import { TransientError } from '@attune/domain';

/** Answers one result for each item, in order. */
export type BatchWork<Key, Item, Result> = (key: Key, items: readonly Item[]) => Promise<readonly Result[]>;

export interface GatherOptions {
  /** Most items of one batch; a caller who brings more is a batch of their own. */
  readonly maxItems: number;
  /** Batches at once, by key. */
  readonly lanes: number;
}

interface Waiting<Item, Result> {
  readonly items: readonly Item[];
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Counter<Item, Result> {
  running: number;
  readonly queue: Waiting<Item, Result>[];
}

/**
 * Lets callers who come in one turn of the event loop, or while others are being served, share the next batch: nobody
 * waits for company, and a crowd is served in few statements. When a shared batch is refused, each caller's part is tried on its own, so
 * that an error reaches only whom it concerns; one that is nobody's fault (TransientError) reaches all at once.
 * `work` must leave nothing behind when it fails.
 */
export function gather<Key extends object, Item, Result>(
  work: BatchWork<Key, Item, Result>,
  { maxItems, lanes }: GatherOptions,
): BatchWork<Key, Item, Result> {
  const counters = new WeakMap<Key, Counter<Item, Result>>();

  const serve = async (key: Key, counter: Counter<Item, Result>): Promise<void> => {
    counter.running += 1;
    for (await nextTurn(); counter.queue.length > 0; await nextTurn()) {
      await serveTogether(key, takeBatch(counter.queue, maxItems));
    }
    counter.running -= 1;
  };

  const serveTogether = async (key: Key, batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await work(
        key,
        batch.flatMap(({ items }) => items),
      );
      handOut(batch, results);
    } catch (error) {
      if (batch.length === 1 || error instanceof TransientError) batch.forEach(({ reject }) => reject(error));
      else await Promise.all(batch.map((waiting) => serveTogether(key, [waiting])));
    }
  };

  return (key, items) =>
    new Promise((resolve, reject) => {
      const counter = counters.get(key) ?? { running: 0, queue: [] };
      counters.set(key, counter);
      counter.queue.push({ items, resolve, reject });
      if (counter.running < lanes) void serve(key, counter);
    });
}

function takeBatch<Item, Result>(queue: Waiting<Item, Result>[], maxItems: number): Waiting<Item, Result>[] {
  let size = 0;
  const end = queue.findIndex(({ items }, index) => {
    size += items.length;
    return index > 0 && size > maxItems;
  });
  return queue.splice(0, end === -1 ? queue.length : end);
}

function handOut<Item, Result>(batch: readonly Waiting<Item, Result>[], results: readonly Result[]): void {
  let start = 0;
  for (const { items, resolve } of batch) {
    resolve(results.slice(start, start + items.length));
    start += items.length;
  }
}
