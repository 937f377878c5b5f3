import { z } from 'zod';
import { logLevels } from './logger.js';

/** Sections that several services have; each service builds its schema from the ones it needs. */
export const commonConfig = {
  database: z
    .strictObject({
      url: z.string().min(1).describe('PostgreSQL address: postgres://user:password@host:port/name'),
      pool_size: z.int().min(1).max(200).default(10).describe('most connections this process opens'),
    })
    .describe('PostgreSQL'),
  broker: z
    .strictObject({
      url: z.string().min(1).describe('RabbitMQ address: amqp://user:password@host:port/vhost'),
      prefix: z.string().default('').describe('put before the name of every exchange and queue'),
    })
    .describe('RabbitMQ'),
  log: z
    .strictObject({ level: z.enum(logLevels).default('info').describe('least level that is written') })
    .prefault({})
    .describe('logging'),
  health: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address /health and /metrics listen on'),
      port: z.int().min(0).max(65_535).default(0).describe('their port; 0 takes any free one'),
    })
    .prefault({})
    .describe('health and metrics server'),
  shutdown: z
    .strictObject({
      deadline_ms: z
        .int()
        .min(0)
        .default(30_000)
        .describe('longest wait for running work at a stop, milliseconds'),
    })
    .prefault({})
    .describe('stopping'),
};

/** The sections runService itself obeys; every service's schema includes them. */
export const serviceConfig = {
  log: commonConfig.log,
  health: commonConfig.health,
  shutdown: commonConfig.shutdown,
};
