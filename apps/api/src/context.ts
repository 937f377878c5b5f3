import { createSecretBox } from '@attune/db';
import type { Db, SecretBox } from '@attune/db';
import { handedOver } from '@attune/intake';
import type { Bus, DeadLetters, Publisher } from '@attune/mq';
import type { Clock, Log } from '@attune/service';
import { openAuth } from './auth/auth.js';
import type { Auth } from './auth/auth.js';
import type { ApiConfig } from './config.js';
import { checkFirstPassword, readMasterKeys } from './secrets/known-secrets.js';
import { openBacktests } from './trials/backtests.js';
import type { Backtests } from './trials/backtests.js';
import { openStreams } from './streams/streams.js';
import type { Streams } from './streams/streams.js';

/** What handlers work with; its first three members are what the ways in (@attune/intake) need. */
export interface ApiContext {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly auth: Auth;
  readonly secrets: SecretBox;
  readonly streams: Streams;
  readonly backtests: Backtests;
  readonly deadLetters: DeadLetters;
}

/** Opens keys and subscriptions; throws ConfigError for bad secrets before anything is opened. */
export async function createContext(
  config: ApiConfig,
  { db, bus, log, clock }: { db: Db; bus: Bus; log: Log; clock: Clock },
): Promise<ApiContext> {
  checkFirstPassword(config);
  const secrets = createSecretBox(readMasterKeys(config));
  const auth = await openAuth(db, secrets, config, clock);
  const streams = await openStreams({ bus, settings: config.streams, log });
  const backtests = openBacktests(config.backtests);
  return { db, publisher: bus, log, auth, secrets, streams, backtests, deadLetters: bus };
}

/** When no request is under way any more: what they handed over is announced, or left to the sweeps. */
export async function closeContext(ctx: ApiContext): Promise<void> {
  await Promise.all([handedOver(ctx), ctx.streams.close()]);
}
