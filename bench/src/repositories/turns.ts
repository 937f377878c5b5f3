import type { Contestant } from './contestant.js';
import type { Ground } from './ground.js';
import { measure, type Spent } from './spent.js';

/** The repositories, and the yardstick. */
export const sides = ['ours', 'raw'] as const;
export type Sides<T> = Record<(typeof sides)[number], T>;

/** How the rows are given to each side. */
export interface Load {
  rows: number;
  batch: number;
  /** Batches under way at once, each on a connection of its own. */
  connections: number;
}

export interface Match {
  ground: Ground;
  contestants: Sides<Contestant>;
  load: Load;
}

export interface Result<Out> {
  /** By turn. */
  spent: Spent[];
  done: Out[];
}

const batchesPerTurn = 10;

/**
 * Each side does the same to rows of its own, in turns of ten batches per connection, so that whatever else the
 * machine is doing meets both. Fails when fewer rows are answered than were given.
 */
export async function takeTurns<In, Out>(
  { ground, contestants, load }: Match,
  items: Sides<readonly In[]>,
  work: (contestant: Contestant, batch: In[]) => Promise<Out[]>,
): Promise<Sides<Result<Out>>> {
  const results: Sides<Result<Out>> = { ours: { spent: [], done: [] }, raw: { spent: [], done: [] } };
  const size = load.batch * load.connections * batchesPerTurn;
  for (let turn = 0; turn * size < load.rows; turn += 1) {
    for (const side of turn % 2 === 0 ? sides : sides.toReversed()) {
      const contestant = contestants[side];
      const some = items[side].slice(turn * size, (turn + 1) * size);
      const { spent, done } = await measure(ground, contestant, () =>
        inBatches(some, load, (batch) => work(contestant, batch)),
      );
      if (done.length !== some.length) {
        throw new Error(`${side} wrote ${done.length} of ${some.length} rows`);
      }
      results[side].spent.push(spent);
      results[side].done.push(...done);
    }
  }
  return results;
}

async function inBatches<In, Out>(
  items: readonly In[],
  { batch, connections }: Load,
  work: (batch: In[]) => Promise<Out[]>,
): Promise<Out[]> {
  const done: Out[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const some = items.slice(next, next + batch);
      next += batch;
      done.push(...(await work(some)));
    }
  };
  await Promise.all(Array.from({ length: connections }, () => lane()));
  return done;
}
