import { checkSchema, keepPresence, openDatabase } from '@attune/db';
import { openRabbitBus } from '@attune/mq';
import { mergeHealth } from '@attune/service';
import type { Boot, Service } from '@attune/service';
import { workerProcessConfig } from './config.js';
import { createWorker } from './worker.service.js';

/** The worker as a process of its own: opens what it needs and closes it again. */
export async function startWorkerProcess(boot: Boot): Promise<Service> {
  const { log, env } = boot;
  const config = boot.readConfig(workerProcessConfig);
  const database = openDatabase({
    url: config.database.url,
    poolSize: config.database.pool_size,
    applicationName: 'attune-worker',
    log,
  });
  await checkSchema(database.db);
  const bus = await openRabbitBus({ ...config.broker, log });
  const worker = await createWorker(config, { db: database.db, bus, log, env });
  const presence = await keepPresence(database.db, { services: ['worker'], log });
  return {
    stop: async () => {
      await worker.stop();
      await presence.stop();
      await bus.close();
      await database.close();
    },
    health: async () => mergeHealth({ worker: await worker.health(), database: await database.health() }),
  };
}
