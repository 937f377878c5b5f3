import { apiConfig } from '@attune/api';
import { executorConfig } from '@attune/executor';
import { notifierConfig } from '@attune/notifier';
import { sensorConfig } from '@attune/sensor';
import { commonConfig, logLevels, serviceConfig } from '@attune/service';
import { workerConfig } from '@attune/worker';
import { z } from 'zod';

/** The settings of all five services in one process; without URLs it brings its own database and bus. */
export const allInOneConfig = z.strictObject({
  ...serviceConfig,
  log: z
    .strictObject({ level: z.enum(logLevels).default('warn').describe('least level that is written') })
    .prefault({})
    .describe('logging'),
  data: z
    .strictObject({ dir: z.string().min(1).default('.attune/dev').describe('where everything is kept') })
    .prefault({})
    .describe('data directory'),
  database: commonConfig.database
    .extend({
      url: z.string().min(1).optional().describe('PostgreSQL address; default: the embedded server'),
    })
    .prefault({})
    .describe('PostgreSQL'),
  broker: commonConfig.broker
    .extend({ url: z.string().min(1).optional().describe('RabbitMQ address; default: the in-process bus') })
    .prefault({})
    .describe('RabbitMQ'),
  ...apiConfig.shape,
  security: apiConfig.shape.security
    .extend({
      master_key: z.string().min(1).optional().describe('default: the one in the data directory'),
      dev_mode: z.boolean().default(true).describe('accept known weak secrets'),
    })
    .prefault({})
    .describe('tokens and secrets'),
  artifacts: apiConfig.shape.artifacts
    .unwrap()
    .extend({ directory: z.string().min(1).optional().describe('default: in the data directory') })
    .prefault({})
    .describe('artifacts'),
  ...executorConfig.shape,
  ...workerConfig.shape,
  ...sensorConfig.shape,
  ...notifierConfig.shape,
  // Of the API; the token of the worker is made at the start.
  api: apiConfig.shape.api,
  // Installed by the API, found by the worker.
  packs: apiConfig.shape.packs,
});

export type AllInOneConfig = z.output<typeof allInOneConfig>;
