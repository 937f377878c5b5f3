import { randomBytes } from 'node:crypto';
import { createClient, type Client } from '@attune/contract';
import { freePort, type ServiceName } from '@attune/launch';
import { startPrivatePostgres, startPrivateRabbit, type PrivateServer } from '@attune/testing';
import { createTestDatabase, type TestDatabase } from '../system/database.testing.js';
import { account, logIn } from '../system/log-in.testing.js';
import { quickLeases, quickRepairs } from '../system/test-system.testing.js';
import { startMember, type Member, type Server } from './member.testing.js';

/** Five daemons, executor and worker twice, on a PostgreSQL and a RabbitMQ of their own. */
export interface Installation {
  readonly members: readonly Member[];
  readonly servers: Readonly<Record<Server, PrivateServer>>;
  readonly client: Client;
  /** Of the test; no fault reaches it but the restart of the server. */
  readonly database: TestDatabase['database'];
  stop(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

/** Quick enough that every repair happens within a short run. */
const repairs: Settings = {
  ...quickRepairs,
  ATTUNE__SWEEPS__CANCELING__INTERVAL_MS: '300',
  ATTUNE__SWEEPS__CANCELING__OVERDUE_MS: '700',
};

export async function startInstallation(): Promise<Installation> {
  // Without fsync a crash of the server takes acknowledged commits with it.
  const [postgres, rabbit] = await Promise.all([startPrivatePostgres({ fsync: true }), startPrivateRabbit()]);
  const world = await createTestDatabase(postgres.url);
  const [api, notifier] = await Promise.all([freePort(), freePort()]);
  const common = {
    servers: { database: world.url, broker: rabbit.url },
    env: { ATTUNE__BROKER__PREFIX: world.name },
  };
  const members = await Promise.all(
    processes({ api, notifier }).map(({ env, ...process }) =>
      startMember({ ...process, ...common, env: { ...common.env, ...env } }),
    ),
  );
  const baseUrl = `http://127.0.0.1:${api}`;
  const { accessToken } = await logIn(baseUrl);
  return {
    members,
    servers: { database: postgres, broker: rabbit },
    client: createClient({ baseUrl, token: accessToken, timeoutMs: 3_000 }),
    database: world.database,
    stop: async () => {
      await Promise.all(members.map((member) => member.stop()));
      await world.database.close();
      await Promise.all([postgres.stop(), rabbit.stop()]);
    },
  };
}

function processes(ports: { api: number; notifier: number }): Process[] {
  const token = `atk_${randomBytes(32).toString('base64url')}`;
  const worker = (name: string): Process => ({
    name,
    service: 'worker',
    env: {
      ...quickLeases,
      ATTUNE__WORKER__NAME: name,
      ATTUNE__WORKER__API_URL: `http://127.0.0.1:${ports.api}`,
      ATTUNE__API__TOKEN: token,
    },
  });
  return [
    { name: 'api', service: 'api', env: apiSettings(ports.api, token) },
    { name: 'executor-1', service: 'executor', env: repairs },
    { name: 'executor-2', service: 'executor', env: repairs },
    worker('worker-1'),
    worker('worker-2'),
    { name: 'sensor', service: 'sensor', env: {} },
    { name: 'notifier', service: 'notifier', env: { ATTUNE__NOTIFIER__PORT: String(ports.notifier) } },
  ];
}

interface Process {
  readonly name: string;
  readonly service: ServiceName;
  readonly env: Settings;
}

function apiSettings(port: number, daemonToken: string): Settings {
  return {
    ATTUNE_ADMIN_LOGIN: account.login,
    ATTUNE_ADMIN_PASSWORD: account.password,
    ATTUNE__SECURITY__MASTER_KEY: randomBytes(32).toString('base64'),
    ATTUNE__SECURITY__DAEMON_TOKEN: daemonToken,
    ATTUNE__SECURITY__ACCESS_TOKEN_SECONDS: '3600',
    ATTUNE__PACKS__DIRECTORIES: JSON.stringify(['packs/core']),
    ATTUNE__API__PORT: String(port),
  };
}
