import { checkSchema, keepPresence, openDatabase } from '@attune/db';
import { openRabbitBus } from '@attune/mq';
import { commonConfig, mergeHealth, serviceConfig } from '@attune/service';
import type { Boot, Service } from '@attune/service';
import { z } from 'zod';

import { sensorConfig } from './config.js';
import { createSensor } from './sensor.service.js';

const processConfig = z.strictObject({
  ...serviceConfig,
  database: commonConfig.database,
  broker: commonConfig.broker,
  ...sensorConfig.shape,
});

/** The sensor service as a process of its own: opens what it needs and closes it again. */
export async function startSensorProcess(boot: Boot): Promise<Service> {
  const { log } = boot;
  const config = boot.readConfig(processConfig);
  const database = openDatabase({
    url: config.database.url,
    poolSize: config.database.pool_size,
    applicationName: 'attune-sensor',
    log,
  });
  await checkSchema(database.db);
  const bus = await openRabbitBus({ ...config.broker, log });
  const sensor = await createSensor(config, { db: database.db, bus, log });
  const presence = await keepPresence(database.db, { services: ['sensor'], log });
  return {
    stop: async () => {
      await sensor.stop();
      await presence.stop();
      await bus.close();
      await database.close();
    },
    health: async () => {
      const { connected, detail } = bus.health();
      return mergeHealth({
        sensor: await sensor.health(),
        database: await database.health(),
        broker: { checks: { connection: { ok: connected, ...(detail === undefined ? {} : { detail }) } } },
      });
    },
  };
}
