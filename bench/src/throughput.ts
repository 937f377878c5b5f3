import type { BenchWorld } from './bench-world.js';
import { awaitOutcome } from './outcome.js';
import { recordBatch } from './record.js';
import { percentile } from './statistics.js';

const batchSize = 100;
const writers = 2;

export interface Throughput {
  executions: number;
  /** From the first event's commit to the last settlement. */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Records events as fast as two writers can, in batches of 100, and waits for the last settled execution. */
export async function measureThroughput(world: BenchWorld, events: number): Promise<Throughput> {
  const ids: number[] = [];
  let left = Math.ceil(events / batchSize);
  const write = async () => {
    while (left > 0) {
      left -= 1;
      for (const id of await recordBatch(world, batchSize)) ids.push(id);
    }
  };
  await Promise.all(Array.from({ length: writers }, () => write()));
  const [first, last] = [Math.min(...ids.slice(0, 400)), ids.reduce((most, id) => Math.max(most, id), 0)];
  const { executions, seconds, latenciesMs } = await awaitOutcome(world.databaseUrl, first, last);
  return {
    executions,
    perSecond: executions / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  };
}
