import { startTemporaryInstallation } from '@attune/launch';
import type { FiveServices, FiveServicesOptions } from '@attune/launch';
import { testServices } from '@attune/testing';
import { logIn } from './log-in.testing.js';
import { quickLeases, quickRepairs, type TestSystem } from './test-system.testing.js';

export interface FiveProcesses extends TestSystem {
  replicate: FiveServices['replicate'];
}

/** Five processes on PostgreSQL and RabbitMQ: the servers of the test run, or the given ones. */
export async function startFiveProcesses(
  servers = testServices(),
  env: FiveServicesOptions['env'] = { executor: quickRepairs, worker: quickLeases },
): Promise<FiveProcesses> {
  const { services, account, database, stop } = await startTemporaryInstallation({
    purpose: 'e2e',
    databaseServer: servers.databaseUrl,
    brokerUrl: servers.amqpUrl,
    packs: ['packs/core', 'packs/examples/github'],
    env,
  });
  const { client, accessToken } = await logIn(services.apiUrl, account);
  return {
    client,
    accessToken,
    database,
    notifierUrl: services.notifierUrl,
    process: (service) => services.process(service),
    start: (service, settings) => services.start(service, settings),
    replicate: (service, settings) => services.replicate(service, settings),
    stop,
  };
}
