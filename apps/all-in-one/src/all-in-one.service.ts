import { keepPresence, type Presence } from '@attune/db';
import { createApi, withFirstAccount, type Api } from '@attune/api';
import { createExecutor } from '@attune/executor';
import { createNotifier } from '@attune/notifier';
import { createSensor } from '@attune/sensor';
import { mergeHealth, type Boot, type Service } from '@attune/service';
import { createWorker } from '@attune/worker';
import { printWelcome } from './welcome.js';
import type { AllInOneConfig } from './config.js';
import { daemonToken } from './daemon-token.js';
import { openDataDirectory, type DataDirectory } from './data-directory.js';
import { firstAccount, leaveLogin } from './first-account.js';
import { layFoundation, type Foundation } from './foundation.js';

/**
 * The five services in this process, on one database and one bus. What a crash left in flight is found by the
 * sweeps, which run as soon as the executor starts.
 */
export async function startAllInOne(config: AllInOneConfig, boot: Boot): Promise<Service> {
  const data = await openDataDirectory(config.data.dir);
  const account = await firstAccount(data, boot.env);
  const foundation = await layFoundation(config, data, boot.log);
  const completed = {
    ...config,
    artifacts: { ...config.artifacts, directory: config.artifacts.directory ?? data.file('artifacts') },
    security: {
      ...config.security,
      master_key: config.security.master_key ?? data.masterKey,
      admin_login: account.login,
      admin_password: account.password,
    },
  };
  const { services, api } = await startServices(completed, { ...foundation, data }, boot);
  await leaveLogin(data, account, api.url);
  const presence = await keepPresence(foundation.database.db, {
    services: ['api', 'sensor', 'executor', 'worker', 'notifier'],
    log: boot.log,
  });
  printWelcome(api.url, account);
  return compose(services, foundation, presence);
}

type CompletedConfig = AllInOneConfig & Parameters<typeof createApi>[0];

async function startServices(
  config: CompletedConfig,
  { database, bus, data }: Foundation & { data: DataDirectory },
  boot: Boot,
) {
  const dependencies = { db: database.db, bus, log: boot.log, env: boot.env };
  const started = new Map<string, Service>();
  try {
    const api = await createApi(withFirstAccount(config, {}), dependencies);
    started.set('api', api);
    started.set('sensor', await createSensor(config, dependencies));
    started.set('executor', await createExecutor(config, dependencies));
    const token = await daemonToken(database.db, data);
    const worker = { ...config, worker: withApiUrl(config, api), api: { token } };
    started.set('worker', await createWorker(worker, dependencies));
    started.set('notifier', await createNotifier(config, dependencies));
    return { services: started, api };
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

function withApiUrl({ worker }: CompletedConfig, { url }: Api) {
  return { ...worker, api_url: worker.api_url ?? url };
}

function compose(
  services: ReadonlyMap<string, Service>,
  foundation: Foundation,
  presence: Presence,
): Service {
  let stopped: Promise<void> | undefined;
  return {
    stop: () =>
      (stopped ??= stopAll(services)
        .then(() => presence.stop())
        .then(() => foundation.close())),
    health: async () => {
      const reports = await Promise.all(
        [...services].map(async ([name, service]) => [name, await service.health()] as const),
      );
      const server = foundation.serverHealth?.();
      return mergeHealth({
        ...Object.fromEntries(reports),
        ...(server ? { embedded: { checks: { postgres: { ...server, vital: true } } } } : {}),
      });
    },
  };
}

/** In the order of the flow: intake ends first, those behind it finish what is under way. */
async function stopAll(services: ReadonlyMap<string, Service>): Promise<void> {
  for (const service of services.values()) await service.stop();
}
