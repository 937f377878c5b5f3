import { commonConfig, serviceConfig } from '@attune/service';
import { z } from 'zod';

/** Settings of the notifier's own work, also used by the all-in-one. */
export const notifierConfig = z.strictObject({
  notifier: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: z.int().min(0).max(65_535).default(8081).describe('port to listen on; 0 takes any free one'),
      issuer: z
        .string()
        .min(1)
        .default('attune')
        .describe('`iss` of the tokens it takes: the `security.issuer` of the api'),
      max_connections: z.int().min(1).default(2_000).describe('streams open at once'),
      max_connections_per_identity: z.int().min(1).default(100).describe('of them, those of one account'),
      max_subscriptions: z.int().min(1).max(1_000).default(100).describe('subscriptions of one stream'),
      max_frame_bytes: z
        .int()
        .min(1_024)
        .max(1_048_576)
        .default(16_384)
        .describe('largest message a client may send'),
      max_buffered_bytes: z
        .int()
        .min(16_384)
        .default(1_048_576)
        .describe('unread output after which a slow client is cut off'),
      replay: z
        .int()
        .min(0)
        .max(1_000_000)
        .default(50_000)
        .describe('changes kept for clients that come back'),
      max_waiting: z
        .int()
        .min(100)
        .default(10_000)
        .describe('changes that may wait for a client before it is cut off as too slow'),
      max_messages_per_second: z
        .int()
        .min(1)
        .default(100)
        .describe('messages a client may send; more end its stream'),
      auth_timeout_ms: z
        .int()
        .min(100)
        .default(10_000)
        .describe('how long a client may take to authenticate'),
      recheck_ms: z
        .int()
        .min(100)
        .max(5_000)
        .default(5_000)
        .describe('how long grants and session of a client are believed before they are read again'),
      ping_ms: z
        .int()
        .min(1_000)
        .default(30_000)
        .describe('pause between pings; a client that misses one is cut off'),
    })
    .prefault({})
    .describe('WebSocket streams'),
});

/** Settings of the notifier as its own process. */
export const notifierProcessConfig = z.strictObject({
  ...serviceConfig,
  database: commonConfig.database,
  broker: commonConfig.broker,
  ...notifierConfig.shape,
});

export type NotifierConfig = z.output<typeof notifierConfig>;
export type NotifierSettings = NotifierConfig['notifier'];
