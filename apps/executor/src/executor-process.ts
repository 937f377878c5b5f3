import { checkSchema, keepPresence, openDatabase } from '@attune/db';
import { openRabbitBus } from '@attune/mq';
import { commonConfig, mergeHealth, serviceConfig } from '@attune/service';
import type { Boot, Service } from '@attune/service';
import { z } from 'zod';

import { executorConfig } from './config.js';
import { createExecutor } from './executor.service.js';

const processConfig = z.strictObject({
  ...serviceConfig,
  database: commonConfig.database,
  broker: commonConfig.broker,
  ...executorConfig.shape,
});

/** The executor as a process of its own: opens what it needs and closes it again. */
export async function startExecutorProcess(boot: Boot): Promise<Service> {
  const { log } = boot;
  const config = boot.readConfig(processConfig);
  const database = openDatabase({
    url: config.database.url,
    poolSize: config.database.pool_size,
    applicationName: 'attune-executor',
    log,
  });
  await checkSchema(database.db);
  const bus = await openRabbitBus({ ...config.broker, log });
  const executor = await createExecutor(config, { db: database.db, bus, log });
  const presence = await keepPresence(database.db, { services: ['executor'], log });
  return {
    stop: async () => {
      await executor.stop();
      await presence.stop();
      await bus.close();
      await database.close();
    },
    health: async () => mergeHealth({ executor: await executor.health(), database: await database.health() }),
  };
}
