import { parseArgs } from 'node:util';
import { createBenchWorld, type BenchWorld } from './bench-world.js';
import { measureClaimLoop } from './claim-loop.js';
import { readCosts } from './costs.js';
import { measureIdleLatency } from './idle-latency.js';
import { benchServers } from './servers.js';
import { measureThroughput, type Throughput } from './throughput.js';
import { median, round } from './statistics.js';
import { measureUnderPolicies } from './under-policies.js';

/*
 * Events recorded through the repository → completed `noop` executions, on five processes. JSON lines; the last
 * one is the summary. Yardstick, throughput and latency take turns in each round of the same run; with `--policies`
 * so do the same events under policies.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    idle: { type: 'string', default: '200' },
    policies: { type: 'boolean', default: false },
  },
});

const world = await createBenchWorld(benchServers());
try {
  const rounds = [];
  await measureThroughput(world, 2_000);
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const result = await runRound(world);
    console.log(JSON.stringify({ round, ...result }));
    rounds.push(result);
  }
  console.log(JSON.stringify({ bench: 'pipeline', ...summarise(rounds) }));
} finally {
  await world.close();
}

type Round = Awaited<ReturnType<typeof runRound>>;

async function runRound(world: BenchWorld) {
  const yardstick = await measureClaimLoop(world.databaseUrl, 5_000);
  const before = await readCosts(world.services, world.databaseUrl);
  const throughput: Throughput = await measureThroughput(world, Number(values.events));
  const after = await readCosts(world.services, world.databaseUrl);
  const idle = await measureIdleLatency(world, Number(values.idle));
  const limited = values.policies ? await measureUnderPolicies(world, Number(values.events)) : undefined;
  const per = (key: 'statements' | 'messages' | 'walBytes') =>
    (after[key] - before[key]) / throughput.executions;
  const cpu = Object.entries(after.cpuSeconds).map(([name, seconds]) => [
    name,
    round(
      ((seconds - before.cpuSeconds[name as keyof typeof before.cpuSeconds]) * 1000) / throughput.executions,
      3,
    ),
  ]);
  return {
    executions: throughput.executions,
    per_second: round(throughput.perSecond, 0),
    yardstick_per_second: round(yardstick, 0),
    ratio: round(throughput.perSecond / yardstick, 2),
    loaded_p50_ms: round(throughput.p50Ms),
    loaded_p99_ms: round(throughput.p99Ms),
    idle_p50_ms: round(idle.p50Ms),
    idle_p99_ms: round(idle.p99Ms),
    ...(limited === undefined
      ? {}
      : {
          limited_per_second: round(limited.perSecond, 0),
          cost_of_policies: round(throughput.perSecond / limited.perSecond, 2),
        }),
    statements_per_execution: round(per('statements'), 2),
    messages_per_execution: round(per('messages'), 2),
    wal_bytes_per_execution: round(per('walBytes'), 0),
    cpu_ms_per_execution: Object.fromEntries(cpu) as Record<string, number>,
    memory_mb: Object.fromEntries(
      Object.entries(after.memoryBytes).map(([name, bytes]) => [name, round(bytes / 1e6, 0)]),
    ) as Record<string, number>,
  };
}

function summarise(rounds: readonly Round[]) {
  const figures = ['per_second', 'yardstick_per_second', 'ratio', 'idle_p50_ms', 'idle_p99_ms'] as const;
  const costs = ['statements_per_execution', 'messages_per_execution', 'wal_bytes_per_execution'] as const;
  const of = (key: (typeof figures)[number] | (typeof costs)[number]) => rounds.map((one) => one[key]);
  const policies = rounds.flatMap(({ cost_of_policies: cost }) => (cost === undefined ? [] : [cost]));
  return {
    rounds: rounds.length,
    ...Object.fromEntries([...figures, ...costs].map((key) => [key, median(of(key))])),
    ...(policies.length === 0 ? {} : { cost_of_policies: median(policies) }),
    spread_per_second: [Math.min(...of('per_second')), Math.max(...of('per_second'))],
    memory_mb: rounds.at(-1)?.memory_mb,
    cpu_ms_per_execution: rounds.at(-1)?.cpu_ms_per_execution,
  };
}
