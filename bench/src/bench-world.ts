import { insertPack, insertRule, insertTrigger, type Database } from '@attune/db';
import { startTemporaryInstallation, type TemporaryInstallation } from '@attune/launch';
import { openRabbitBus, type Bus } from '@attune/mq';
import { createLogger } from '@attune/service';
import type { Servers } from './servers.js';

export const benchTrigger = 'bench.happened';

/** Five processes on a database and a queue prefix of their own, with one rule that starts core.noop. */
export interface BenchWorld extends Omit<TemporaryInstallation, 'stop'> {
  bus: Bus;
  close(): Promise<void>;
}

export async function createBenchWorld({ databaseServer, brokerUrl }: Servers): Promise<BenchWorld> {
  const installation = await startTemporaryInstallation({
    purpose: 'bench',
    databaseServer,
    brokerUrl,
    packs: ['packs/core'],
    built: true,
  });
  await defineBenchRule(installation.database);
  const log = createLogger('bench', { level: 'warn' });
  const bus = await openRabbitBus({ url: brokerUrl, prefix: installation.prefix, log });
  const close = async () => {
    await bus.close();
    await installation.stop();
  };
  return { ...installation, bus, close };
}

async function defineBenchRule({ db }: Database): Promise<void> {
  await insertPack(db, { ref: 'bench', label: 'Bench', version: '1.0.0' });
  await insertTrigger(db, {
    ref: benchTrigger,
    label: 'Happened',
    out_schema: { n: { type: 'integer', required: true }, site: { type: 'string' } },
  });
  await insertRule(db, {
    ref: 'bench.every_one',
    label: 'Every one',
    trigger_ref: benchTrigger,
    conditions: 'event.payload.n >= 0 && event.payload.site == "a"',
    action_ref: 'core.noop',
    enabled: true,
  });
}
