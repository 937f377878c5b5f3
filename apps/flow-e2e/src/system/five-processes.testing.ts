import { startTemporaryInstallation } from '@attune/launch';
import { testServices } from '@attune/testing';
import { logIn } from './log-in.testing.js';
import { quickLeases, quickRepairs, type TestSystem } from './test-system.testing.js';

/** Five processes on PostgreSQL and RabbitMQ: the servers of the test run, or the given ones. */
export async function startFiveProcesses(servers = testServices()): Promise<TestSystem> {
  const { services, account, database, stop } = await startTemporaryInstallation({
    purpose: 'e2e',
    databaseServer: servers.databaseUrl,
    brokerUrl: servers.amqpUrl,
    packs: ['packs/core', 'packs/examples/github'],
    env: { executor: quickRepairs, worker: quickLeases },
  });
  const { client, accessToken } = await logIn(services.apiUrl, account);
  return {
    client,
    accessToken,
    database,
    notifierUrl: services.notifierUrl,
    process: (service) => services.process(service),
    start: (service, env) => services.start(service, env),
    stop,
  };
}
