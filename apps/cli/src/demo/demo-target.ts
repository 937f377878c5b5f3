import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dropDatabase, ensureDatabase, migrate, openDatabase } from '@attune/db';
import { freePort, serviceNames, startFiveServices, startProcess } from '@attune/launch';
import { removeTopology } from '@attune/mq';
import type { Narrator } from './narrator.js';

const dataDir = resolve('.attune/demo');
const packs = JSON.stringify(['packs/core', 'packs/examples/github']);

/** An Attune that was started for the demo. */
export interface DemoTarget {
  url: string;
  login: string;
  password: string;
  stop(): Promise<void>;
}

/** Everything in one process, on the embedded database of `.attune/demo`. */
export async function startAllInOneTarget(narrator: Narrator): Promise<DemoTarget> {
  const [port, health] = await Promise.all([freePort(), freePort()]);
  const child = startProcess('all-in-one', {
    env: {
      ATTUNE__API__PORT: String(port),
      ATTUNE__WEBSOCKET__PORT: '0',
      ATTUNE__HEALTH__PORT: String(health),
      ATTUNE__DATA__DIR: dataDir,
      ATTUNE__PACKS__DIRECTORIES: packs,
    },
    readyUrl: `http://127.0.0.1:${health}/health/ready`,
  });
  await child.ready();
  narrator.step(`all five services run in process ${child.pid}, on the embedded PostgreSQL`);
  const account = JSON.parse(readFileSync(join(dataDir, 'login.json'), 'utf8')) as DemoTarget;
  return { ...account, stop: async () => void (await child.stop()) };
}

/** Five processes on the PostgreSQL and RabbitMQ of the environment; a database and a queue prefix of its own. */
export async function startServicesTarget(narrator: Narrator): Promise<DemoTarget> {
  const server = process.env['ATTUNE__DATABASE__URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const brokerUrl = process.env['ATTUNE__BROKER__URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
  const name = `attune_demo_${randomBytes(4).toString('hex')}`;
  const databaseUrl = await ensureDatabase(server, name);
  await migrateUrl(databaseUrl);
  narrator.step(`database ${name} created and migrated`);

  const prefix = `${name}.`;
  const account = { login: 'demo', password: randomBytes(18).toString('base64url') };
  const services = await startFiveServices({
    databaseUrl,
    brokerUrl,
    prefix,
    env: {
      api: {
        ATTUNE_ADMIN_LOGIN: account.login,
        ATTUNE_ADMIN_PASSWORD: account.password,
        ATTUNE__SECURITY__MASTER_KEY: randomBytes(32).toString('base64'),
        ATTUNE__PACKS__DIRECTORIES: packs,
      },
    },
  });
  const pids = serviceNames.map((name) => `${name} ${services.process(name).pid}`);
  narrator.step(`five processes: ${pids.join(', ')}`);
  const stop = async () => {
    await services.stop();
    await removeTopology({ url: brokerUrl, prefix });
    await dropDatabase(server, name);
  };
  return { ...account, url: services.apiUrl, stop };
}

async function migrateUrl(url: string): Promise<void> {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'attune-demo' });
  await migrate(database.db).finally(() => database.close());
}
