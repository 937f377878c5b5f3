import { deletePolicy, insertPolicy } from '@attune/db';
import type { NewPolicy } from '@attune/db';
import type { BenchWorld } from './bench-world.js';
import { measureThroughput, type Throughput } from './throughput.js';

/** Both apply to each execution; neither is reached, so that what is measured is asking and giving back. */
const policies: readonly NewPolicy[] = [
  { ref: 'bench.per_group', name: 'Per group', action_ref: 'core.noop', key: 'parameters', threshold: 5_000 },
  { ref: 'bench.all', name: 'All', threshold: 10_000 },
];

/** The same as measureThroughput, with every execution under two policies. */
export async function measureUnderPolicies(world: BenchWorld, events: number): Promise<Throughput> {
  const { db } = world.database;
  const made = [];
  for (const policy of policies) made.push(await insertPolicy(db, policy));
  try {
    return await measureThroughput(world, events);
  } finally {
    for (const { id } of made) await deletePolicy(db, id);
  }
}
