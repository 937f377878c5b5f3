import { randomBytes } from 'node:crypto';
import {
  dropDatabase,
  ensureDatabase,
  listDispatchQueues,
  migrate,
  openDatabase,
  type Database,
} from '@attune/db';
import { builtinRuntimes, dispatchQueueName } from '@attune/domain';
import { removeTopology } from '@attune/mq';
import { startFiveServices, type FiveServices, type FiveServicesOptions } from './five-services.js';

export interface TemporaryOptions extends Pick<FiveServicesOptions, 'env' | 'built' | 'signal'> {
  /** Begins the names of database and queues: lower-case letters and digits. */
  purpose: string;
  /** A PostgreSQL server on which databases may be made. */
  databaseServer: string;
  brokerUrl: string;
  /** Directories of the packs that the API installs at its start. */
  packs: readonly string[];
}

/** Five processes with a database and a queue prefix of their own, for a demo, a benchmark, a test. */
export interface TemporaryInstallation {
  readonly name: string;
  readonly prefix: string;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly services: FiveServices;
  /** The first account, with every permission. */
  readonly account: { login: string; password: string };
  /** Ends the processes and removes database and queues. */
  readonly stop: () => Promise<void>;
}

/** Rejects when it cannot start, or its signal ends the start; nothing of it is left then. */
export async function startTemporaryInstallation(options: TemporaryOptions): Promise<TemporaryInstallation> {
  const { databaseServer, brokerUrl, purpose } = options;
  const name = `attune_${purpose}_${randomBytes(5).toString('hex')}`;
  const databaseUrl = await ensureDatabase(databaseServer, name);
  const database = openDatabase({ url: databaseUrl, poolSize: 4, applicationName: `attune-${purpose}` });
  const drop = async () => {
    await database.close();
    await dropDatabase(databaseServer, name);
  };
  const remove = async () => {
    try {
      const queues = await dispatchQueues(database);
      await removeTopology({ url: brokerUrl, prefix: name, dispatchQueues: queues });
    } finally {
      await drop();
    }
  };
  const account = { login: purpose, password: randomBytes(18).toString('base64url') };
  const start = () =>
    startFiveServices({ ...options, databaseUrl, prefix: name, env: withSecrets(options, account) });

  await orElse(drop, () => migrate(database.db));
  const services = await orElse(remove, start);
  const stop = () => services.stop().then(remove);
  return { name, prefix: name, database, databaseUrl, services, account, stop };
}

/** Undoes what came before when the work fails; that the undoing failed is told beside the reason. */
async function orElse<T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [undone] = await Promise.allSettled([undo()]);
    if (undone.status === 'fulfilled') throw error;
    const reasons = [error, undone.reason];
    throw new AggregateError(reasons, 'the start failed, and something of it is left', { cause: error });
  }
}

/** Those that executions went to, and those that workers declare when they start. */
async function dispatchQueues({ db }: Database): Promise<Set<string>> {
  const used = await listDispatchQueues(db);
  return new Set([
    ...used.map(({ name }) => name),
    ...builtinRuntimes.map((name) => dispatchQueueName(name)),
  ]);
}

/** What only the API knows, and what it shares with the worker. */
function withSecrets(
  { env = {}, packs }: TemporaryOptions,
  account: { login: string; password: string },
): NonNullable<FiveServicesOptions['env']> {
  const daemonToken = `atk_${randomBytes(32).toString('base64url')}`;
  const api = {
    ATTUNE_ADMIN_LOGIN: account.login,
    ATTUNE_ADMIN_PASSWORD: account.password,
    ATTUNE__SECURITY__MASTER_KEY: randomBytes(32).toString('base64'),
    ATTUNE__SECURITY__DAEMON_TOKEN: daemonToken,
    ATTUNE__PACKS__DIRECTORIES: JSON.stringify(packs),
  };
  const worker = { ATTUNE__API__TOKEN: daemonToken };
  return { ...env, api: { ...api, ...env.api }, worker: { ...worker, ...env.worker } };
}
