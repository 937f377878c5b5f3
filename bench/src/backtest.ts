import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createClient } from '@attune/contract';
import { listEnforcements, listEvents } from '@attune/db';
import { benchTrigger, createBenchWorld, type BenchWorld } from './bench-world.js';
import { recordBatch } from './record.js';
import { benchServers } from './servers.js';
import { round } from './statistics.js';

/**
 * A backtest of the rule of the benchmark over recorded events, on the API as it runs: time, and the peak of the
 * memory of its process. The live path has evaluated the same events before; it fails when both do not match the same.
 * One JSON line per run.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
  },
});
const count = Number(values.events);
const rule_ref = 'bench.every_one';
const eventsAtOnce = 500;

const world = await createBenchWorld(benchServers());
try {
  for (let recorded = 0; recorded < count; recorded += eventsAtOnce) {
    await recordBatch(world, Math.min(eventsAtOnce, count - recorded));
  }
  await awaitEvaluation(world);
  const { total: live = 0 } = await listEnforcements(
    world.database.db,
    { rule_ref },
    { limit: 1, total: true },
  );
  const { services, account } = world;
  // A fresh process that keeps no changes for streams: what it holds of the live path is not of the backtest.
  await services.process('api').stop();
  await services.start('api', { ATTUNE__STREAMS__REPLAY: '0' });
  const { data: tokens } = await createClient({ baseUrl: services.apiUrl }).auth.login({ body: account });
  const client = createClient({ baseUrl: services.apiUrl, token: tokens.access_token, timeoutMs: 120_000 });
  const idleMb = residentMb(world, 'VmRSS');
  for (let run = 1; run <= Number(values.runs); run += 1) {
    const started = performance.now();
    const draft = { conditions: 'event.payload.n % 10 == 0 && event.payload.site == "a"' };
    const { data } = await client.rules.backtest({
      body: run % 2 === 1 ? { rule_ref } : { rule_ref, draft },
    });
    const isEqual = run % 2 === 0 || (data.matches === live && data.executions === live);
    if (!isEqual) throw new Error(`the live path matched ${live} events, the backtest ${data.matches}`);
    console.log(
      JSON.stringify({
        bench: 'backtest',
        run,
        of: run % 2 === 1 ? 'the rule' : 'a draft, compared with the rule',
        events: data.events,
        matches: data.matches,
        live,
        seconds: round((performance.now() - started) / 1000, 2),
        idleMb,
        peakMb: residentMb(world, 'VmHWM'),
      }),
    );
  }
} finally {
  await world.close();
}

async function awaitEvaluation({ database }: BenchWorld): Promise<void> {
  for (;;) {
    const pending = { trigger_ref: benchTrigger, status: 'pending' as const };
    const { items } = await listEvents(database.db, pending, { limit: 1 });
    if (items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Of the process of the API, as the kernel counts it. */
function residentMb({ services }: BenchWorld, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${services.process('api').pid}/status`, 'utf8');
  const kilobytes = Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN);
  return round(kilobytes / 1024, 0);
}
