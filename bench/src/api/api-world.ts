import { randomBytes } from 'node:crypto';
import { createClient, type Client } from '@attune/contract';
import {
  dropDatabase,
  ensureDatabase,
  listDefinitionVersions,
  migrate,
  openDatabase,
  type Db,
} from '@attune/db';
import { fillLargeTables } from '@attune/db/testing';
import { freePort, startProcess } from '@attune/launch';
import { openRabbitBus, removeTopology, type Bus } from '@attune/mq';
import { createLogger } from '@attune/service';
import type { Servers } from '../servers.js';
import { endProgram, nextMessage, startProgram } from './child-program.js';
import type { YardstickSettings } from './yardstick-settings.js';

/** Connections to the database, of the API by its default and of the yardstick. */
const connections = 10;

/** Where one side answers, and where it says what it has used up. */
export interface Server {
  url: string;
  metricsUrl: string;
}

/** The API and its yardstick, each a process of its own, on one database with so many executions. */
export interface ApiWorld {
  ours: Server & { token: string; client: Client };
  yardstick: Server;
  trigger: YardstickSettings['trigger'];
  bus: Bus;
  close(): Promise<void>;
}

export async function createApiWorld(
  { databaseServer, brokerUrl }: Servers,
  rows: number,
): Promise<ApiWorld> {
  const name = `attune_bench_${randomBytes(5).toString('hex')}`;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const databaseUrl = await ensureDatabase(databaseServer, name);
    closing.push(() => dropDatabase(databaseServer, name));
    const database = openDatabase({ url: databaseUrl, poolSize: 4, applicationName: 'attune-bench' });
    closing.push(() => database.close());
    await migrate(database.db);
    await fillLargeTables(database.db, { rows, tables: ['enforcement', 'execution'] });
    closing.push(() => removeTopology({ url: brokerUrl, prefix: name, dispatchQueues: [] }));
    const api = await startApi({ databaseUrl, brokerUrl, prefix: name });
    closing.push(() => api.stop());
    const ours = await signIn(api);
    const trigger = await defineTrigger(ours.client, database.db);
    const yardstick = startProgram('yardstick', [JSON.stringify({ databaseUrl, connections, trigger })]);
    closing.push(() => endProgram(yardstick));
    const url = await nextMessage<string>(yardstick);
    const log = createLogger('bench', { level: 'warn' });
    const bus = await openRabbitBus({ url: brokerUrl, prefix: name, log });
    closing.push(() => bus.close());
    return { ours, yardstick: { url, metricsUrl: `${url}/metrics` }, trigger, bus, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface StartedApi extends Server {
  account: { login: string; password: string };
  stop(): Promise<unknown>;
}

async function startApi(at: { databaseUrl: string; brokerUrl: string; prefix: string }): Promise<StartedApi> {
  const [port, healthPort] = await Promise.all([freePort(), freePort()]);
  const account = { login: 'bench', password: randomBytes(18).toString('base64url') };
  const health = `http://127.0.0.1:${healthPort}`;
  const api = startProcess('api', {
    env: {
      ATTUNE__DATABASE__URL: at.databaseUrl,
      ATTUNE__DATABASE__POOL_SIZE: String(connections),
      ATTUNE__BROKER__URL: at.brokerUrl,
      ATTUNE__BROKER__PREFIX: at.prefix,
      ATTUNE__HEALTH__PORT: String(healthPort),
      ATTUNE__API__PORT: String(port),
      ATTUNE__SECURITY__MASTER_KEY: randomBytes(32).toString('base64'),
      ATTUNE__SECURITY__ACCESS_TOKEN_SECONDS: '3600',
      ATTUNE_ADMIN_LOGIN: account.login,
      ATTUNE_ADMIN_PASSWORD: account.password,
    },
    readyUrl: `${health}/health/ready`,
    built: true,
  });
  await api.ready();
  const url = `http://127.0.0.1:${port}`;
  return { url, metricsUrl: `${health}/metrics`, account, stop: () => api.stop() };
}

async function signIn({ url, metricsUrl, account }: StartedApi): Promise<ApiWorld['ours']> {
  const { data } = await createClient({ baseUrl: url }).auth.login({ body: account });
  const token = data.access_token;
  return { url, metricsUrl, token, client: createClient({ baseUrl: url, token }) };
}

async function defineTrigger(client: Client, db: Db): Promise<ApiWorld['trigger']> {
  await client.packs.create({ body: { ref: 'bench', label: 'Bench', version: '1.0.0' } });
  const out_schema = { n: { type: 'integer', required: true }, site: { type: 'string' } } as const;
  const { data } = await client.triggers.create({
    body: { ref: 'bench.happened', label: 'Happened', out_schema },
  });
  const { items } = await listDefinitionVersions(db, { entityType: 'trigger', ref: data.ref }, { limit: 1 });
  return { id: data.id, ref: data.ref, version: items[0]?.id ?? 0 };
}
