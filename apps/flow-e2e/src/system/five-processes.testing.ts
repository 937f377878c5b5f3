import { randomBytes } from 'node:crypto';
import { startFiveServices } from '@attune/launch';
import { removeTopology } from '@attune/mq';
import { testServices } from '@attune/testing';
import { createTestDatabase } from './database.testing.js';
import { account, logIn } from './log-in.testing.js';
import { quickLeases, quickRepairs, type TestSystem } from './test-system.testing.js';

/** Five processes on PostgreSQL and RabbitMQ: the servers of the test run, or the given ones. */
export async function startFiveProcesses(servers = testServices()): Promise<TestSystem> {
  const world = await createTestDatabase(servers.databaseUrl);
  const prefix = `${world.name}.`;
  const services = await startFiveServices({
    databaseUrl: world.url,
    brokerUrl: servers.amqpUrl,
    prefix,
    env: {
      api: {
        ATTUNE_ADMIN_LOGIN: account.login,
        ATTUNE_ADMIN_PASSWORD: account.password,
        ATTUNE__SECURITY__MASTER_KEY: randomBytes(32).toString('base64'),
        ATTUNE__PACKS__DIRECTORIES: JSON.stringify(['packs/core', 'packs/examples/github']),
      },
      executor: quickRepairs,
      worker: quickLeases,
    },
  });
  const { client, accessToken } = await logIn(services.apiUrl);
  return {
    client,
    accessToken,
    database: world.database,
    notifierUrl: services.notifierUrl,
    process: (service) => services.process(service),
    start: (service, env) => services.start(service, env),
    stop: async () => {
      await services.stop();
      await removeTopology({ url: servers.amqpUrl, prefix });
      await world.drop();
    },
  };
}
