import type { BenchWorld } from './bench-world.js';
import { awaitOutcome } from './outcome.js';
import { recordBatch } from './record.js';
import { percentile } from './statistics.js';

/** One event at a time, the next when the last is settled: event commit → result commit, by the database's clock. */
export async function measureIdleLatency(
  world: BenchWorld,
  events: number,
): Promise<{ p50Ms: number; p99Ms: number }> {
  const latencies: number[] = [];
  for (let n = 0; n < events; n += 1) {
    const [id = 0] = await recordBatch(world, 1);
    const { latenciesMs } = await awaitOutcome(world.databaseUrl, id, id);
    latencies.push(...latenciesMs);
  }
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
}
