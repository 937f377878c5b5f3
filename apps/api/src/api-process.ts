import { checkSchema, keepPresence, openDatabase } from '@attune/db';
import { openRabbitBus } from '@attune/mq';
import type { Boot, Service } from '@attune/service';
import { createApi } from './api.service.js';
import { apiProcessConfig, withFirstAccount } from './config.js';

/** The API as a process of its own: opens what it needs and closes it again. */
export async function startApiProcess(boot: Boot): Promise<Service> {
  const { log } = boot;
  const config = withFirstAccount(boot.readConfig(apiProcessConfig), boot.env);
  const database = openDatabase({
    url: config.database.url,
    poolSize: config.database.pool_size,
    applicationName: 'attune-api',
    log,
  });
  await checkSchema(database.db);
  const bus = await openRabbitBus({ ...config.broker, log });
  const api = await createApi(config, { db: database.db, bus, log });
  const presence = await keepPresence(database.db, { services: ['api'], log });
  return {
    stop: async () => {
      await api.stop();
      await presence.stop();
      await bus.close();
      await database.close();
    },
    health: () => api.health(),
  };
}
