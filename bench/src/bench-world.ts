import { randomBytes } from 'node:crypto';
import {
  dropDatabase,
  ensureDatabase,
  insertPack,
  insertRule,
  insertTrigger,
  migrate,
  openDatabase,
  type Database,
} from '@attune/db';
import { startFiveServices, type FiveServices } from '@attune/launch';
import { openRabbitBus, removeTopology, type Bus } from '@attune/mq';
import { createLogger } from '@attune/service';

export const benchTrigger = 'bench.happened';

/** Five processes on a database and a queue prefix of their own, with one rule that starts core.noop. */
export interface BenchWorld {
  database: Database;
  databaseUrl: string;
  bus: Bus;
  services: FiveServices;
  close(): Promise<void>;
}

export interface Servers {
  databaseServer: string;
  brokerUrl: string;
}

/** Settings by environment (`ATTUNE_BENCH_DATABASE_URL`, `ATTUNE_BENCH_AMQP_URL`), else the standard local ports. */
export function benchServers(): Servers {
  return {
    databaseServer: process.env['ATTUNE_BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    brokerUrl: process.env['ATTUNE_BENCH_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672',
  };
}

export async function createBenchWorld({ databaseServer, brokerUrl }: Servers): Promise<BenchWorld> {
  const name = `attune_bench_${randomBytes(4).toString('hex')}`;
  const prefix = `${name}.`;
  const databaseUrl = await ensureDatabase(databaseServer, name);
  const database = openDatabase({ url: databaseUrl, poolSize: 4, applicationName: 'attune-bench' });
  await migrate(database.db);
  const services = await startFiveServices({ databaseUrl, brokerUrl, prefix, env: serviceEnvironment() });
  await defineBenchRule(database);
  const bus = await openRabbitBus({ url: brokerUrl, prefix, log: createLogger('bench', { level: 'warn' }) });
  const close = async () => {
    await services.stop();
    await bus.close();
    await removeTopology({ url: brokerUrl, prefix });
    await database.close();
    await dropDatabase(databaseServer, name);
  };
  return { database, databaseUrl, bus, services, close };
}

function serviceEnvironment() {
  return {
    api: {
      ATTUNE_ADMIN_LOGIN: 'bench',
      ATTUNE_ADMIN_PASSWORD: randomBytes(18).toString('base64url'),
      ATTUNE__SECURITY__MASTER_KEY: randomBytes(32).toString('base64'),
    },
  };
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
