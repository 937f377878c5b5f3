import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  freePort,
  serviceNames,
  startProcess,
  startTemporaryInstallation,
  unlessAborted,
} from '@attune/launch';
import type { Narrator } from './narrator.js';

const dataDir = resolve('.attune/demo');
const packs = ['packs/core', 'packs/examples/github'];

/** An Attune that was started for the demo. */
export interface DemoTarget {
  url: string;
  login: string;
  password: string;
  stop(): Promise<void>;
}

/** Everything in one process, on the embedded database of `.attune/demo`. */
export async function startAllInOneTarget(narrator: Narrator, signal: AbortSignal): Promise<DemoTarget> {
  const [port, health] = await Promise.all([freePort(), freePort()]);
  const child = startProcess('all-in-one', {
    env: {
      ATTUNE__API__PORT: String(port),
      ATTUNE__NOTIFIER__PORT: '0',
      ATTUNE__HEALTH__PORT: String(health),
      ATTUNE__DATA__DIR: dataDir,
      ATTUNE__PACKS__DIRECTORIES: JSON.stringify(packs),
    },
    readyUrl: `http://127.0.0.1:${health}/health/ready`,
  });
  await unlessAborted(signal, child.ready()).catch(async (error: unknown) => {
    await child.stop();
    throw error;
  });
  narrator.step(`all five services run in process ${child.pid}, on the embedded PostgreSQL`);
  const account = JSON.parse(readFileSync(join(dataDir, 'login.json'), 'utf8')) as DemoTarget;
  return { ...account, stop: async () => void (await child.stop()) };
}

/** Five processes on the PostgreSQL and RabbitMQ of the environment; a database and a queue prefix of its own. */
export async function startServicesTarget(narrator: Narrator, signal: AbortSignal): Promise<DemoTarget> {
  const { services, account, name, stop } = await startTemporaryInstallation({
    purpose: 'demo',
    databaseServer: process.env['ATTUNE__DATABASE__URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    brokerUrl: process.env['ATTUNE__BROKER__URL'] ?? 'amqp://guest:guest@127.0.0.1:5672',
    packs,
    signal,
  });
  const pids = serviceNames.map((service) => `${service} ${services.process(service).pid}`);
  narrator.step(`five processes on database ${name}: ${pids.join(', ')}`);
  return { ...account, url: services.apiUrl, stop };
}
