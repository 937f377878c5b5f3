import { commonConfig, serviceConfig } from '@attune/service';
import type { Env } from '@attune/service';
import { z } from 'zod';
import { artifactsConfig } from './artifacts/artifacts.config.js';
import { providersConfig } from './auth/providers/providers.config.js';
import { streamsConfig } from './streams/config.js';
import { backtestsConfig } from './trials/backtests.config.js';

const megabyte = 1024 * 1024;

/** Settings of the API's own work, also used by the all-in-one. */
export const apiConfig = z.strictObject({
  api: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: z.int().min(0).max(65_535).default(8080).describe('port to listen on; 0 takes any free one'),
      public_url: z.url().optional().describe('how people reach this installation, for links in the log'),
      body_limit_bytes: z
        .int()
        .min(1024)
        .default(4 * megabyte)
        .describe('largest request body'),
      webhook_body_limit_bytes: z
        .int()
        .min(1024)
        .default(25 * megabyte)
        .describe('largest webhook delivery; a webhook may take less'),
      webhook_rate_per_minute: z
        .int()
        .min(0)
        .default(0)
        .describe('deliveries per minute to a webhook that sets no limit of its own; 0 sets none'),
      webhook_source_rate_per_minute: z.int().min(0).default(0).describe('the same, of one address'),
      request_timeout_ms: z
        .int()
        .min(1000)
        .default(30_000)
        .describe('longest time to receive a request, and to answer it'),
      upload_timeout_ms: z.int().min(1000).default(3_600_000).describe('longest time to receive an upload'),
      trusted_proxies: z
        .array(z.string())
        .default([])
        .describe('addresses or CIDR ranges whose X-Forwarded-For is believed'),
      cors_origins: z
        .array(z.url())
        .default([])
        .describe('origins of web pages that may call the API; none by default'),
      rate_limit_per_minute: z
        .int()
        .min(0)
        .default(0)
        .describe('requests of one address per minute; 0 sets no limit'),
      rate_limit_per_identity_per_minute: z
        .int()
        .min(0)
        .default(0)
        .describe('requests of one identity per minute, with whatever tokens; 0 sets no limit'),
      login_rate_per_minute: z
        .int()
        .min(1)
        .default(30)
        .describe('logins, refreshes and setups of one address per minute'),
    })
    .prefault({})
    .describe('HTTP'),
  streams: streamsConfig,
  backtests: backtestsConfig,
  security: z
    .strictObject({
      master_key: z
        .string()
        .min(1)
        .describe('base64 of 32 random bytes that encrypt stored secrets: openssl rand -base64 32'),
      previous_master_keys: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'master keys that only open what they have sealed: those before, until the log says that nothing needs them, and the next one before its turn',
        ),
      daemon_token: z
        .string()
        .regex(/^atk_[\w-]{43,128}$/)
        .optional()
        .describe(
          'API token that the workers of this installation have as their api.token; it is given an account',
        ),
      dev_mode: z.boolean().default(false).describe('accept known weak secrets; never in production'),
      issuer: z.string().min(1).default('attune').describe('`iss` of tokens'),
      access_token_seconds: z.int().min(60).max(3600).default(900).describe('life of an access token'),
      session_seconds: z
        .int()
        .min(300)
        .default(14 * 86_400)
        .describe('life of a session since its last refresh'),
      local_password: z
        .boolean()
        .default(true)
        .describe('people log in with passwords that are kept here; off: only at identity providers'),
      allow_self_registration: z
        .boolean()
        .default(false)
        .describe('anybody may make an account, which has no permissions'),
      signing_key_days: z
        .int()
        .min(0)
        .max(3_650)
        .default(90)
        .describe('age at which the key that signs tokens is replaced; 0: only by request'),
      admin_login: z.string().min(1).max(255).optional().describe('first account, made when there is none'),
      admin_password: z.string().min(1).max(128).optional().describe('its password'),
    })
    .describe('tokens and secrets'),
  artifacts: artifactsConfig,
  auth: providersConfig,
  packs: z
    .strictObject({
      directories: z
        .array(z.string().min(1))
        .default(['packs/core'])
        .describe('packs that are installed, or brought up to date, at each start'),
    })
    .prefault({})
    .describe('packs'),
});

/** Settings of the API as its own process. */
export const apiProcessConfig = z.strictObject({
  ...serviceConfig,
  database: commonConfig.database,
  broker: commonConfig.broker,
  ...apiConfig.shape,
});

export type ApiConfig = z.output<typeof apiConfig>;

/** The first account may also be named by `ATTUNE_ADMIN_LOGIN` and `ATTUNE_ADMIN_PASSWORD`, as containers do. */
export function withFirstAccount<C extends ApiConfig>(config: C, env: Env): C {
  const { ATTUNE_ADMIN_LOGIN: login, ATTUNE_ADMIN_PASSWORD: password } = env;
  return {
    ...config,
    security: {
      ...config.security,
      ...(login === undefined ? {} : { admin_login: login }),
      ...(password === undefined ? {} : { admin_password: password }),
    },
  };
}
