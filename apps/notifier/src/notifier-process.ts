import { checkSchema, keepPresence, openDatabase } from '@attune/db';
import { openRabbitBus } from '@attune/mq';
import type { Boot, Service } from '@attune/service';
import { notifierProcessConfig } from './config.js';
import { createNotifier } from './notifier.service.js';

/** The notifier as a process of its own: opens what it needs and closes it again. */
export async function startNotifierProcess(boot: Boot): Promise<Service> {
  const { log } = boot;
  const config = boot.readConfig(notifierProcessConfig);
  const database = openDatabase({
    url: config.database.url,
    poolSize: config.database.pool_size,
    applicationName: 'attune-notifier',
    log,
  });
  await checkSchema(database.db);
  const bus = await openRabbitBus({ ...config.broker, log });
  const notifier = await createNotifier(config, { db: database.db, bus, log });
  const presence = await keepPresence(database.db, { services: ['notifier'], log });
  return {
    stop: async () => {
      await notifier.stop();
      await presence.stop();
      await bus.close();
      await database.close();
    },
    health: () => notifier.health(),
  };
}
