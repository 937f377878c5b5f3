import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import { systemClock } from '@attune/service';
import type { Clock, HealthReport, Log, Service } from '@attune/service';
import type { FastifyInstance } from 'fastify';
import { makeConfiguredAccounts } from './auth/configured-accounts.js';
import type { ApiConfig } from './config.js';
import { closeContext, createContext } from './context.js';
import type { ApiContext } from './context.js';
import { serveRoutes } from './http/route-layer.js';
import { createServer } from './http/server.js';
import { apiLog } from './logger.js';
import { installConfiguredPacks } from './packs/install-configured.js';
import { createHandlers } from './routes/index.js';
import type { HandlerParts } from './routes/index.js';
import { reportHealth } from './report-health.js';
import { startUpkeep } from './upkeep.js';
import { openReceiver } from './webhooks/receiver.js';

/** What the process lends the API. Stopping the API closes none of it. */
export interface ApiDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface Api extends Service {
  /** `http://127.0.0.1:8080`: where it listens. */
  readonly url: string;
}

/** Listens when it resolves. Any number of APIs, in one process or in many, serve the same installation. */
export async function createApi(config: ApiConfig, dependencies: ApiDependencies): Promise<Api> {
  const { db, bus, clock = systemClock } = dependencies;
  const log = apiLog(dependencies.log);
  const ctx = await createContext(config, { db, bus, log, clock });
  const closing = new AbortController();
  const app = await createServer(config, log);
  const health = () => reportHealth(db, bus);
  const upkeep = await startUpkeep(ctx, config, closing.signal);
  const stop = async () => {
    closing.abort();
    await Promise.all([app.close(), upkeep.stop()]);
    await closeContext(ctx);
  };
  try {
    await serve(app, ctx, { config, health, artifacts: upkeep.artifacts, closing: closing.signal });
    await installConfiguredPacks(ctx, config.packs.directories);
    const url = await app.listen({ host: config.api.host, port: config.api.port });
    const { setupToken } = ctx.auth;
    await makeConfiguredAccounts(db, config, { setupToken, url: config.api.public_url ?? url, log });
    let stopped: Promise<void> | undefined;
    return { url, stop: () => (stopped ??= stop()), health };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Serving {
  config: ApiConfig;
  health: () => Promise<HealthReport>;
  artifacts: HandlerParts['artifacts'];
  closing: AbortSignal;
}

function serve(app: FastifyInstance, ctx: ApiContext, serving: Serving): Promise<void> {
  const { config, health, artifacts, closing } = serving;
  const receiver = openReceiver(ctx, config);
  return serveRoutes(app, {
    ctx,
    handlers: createHandlers({ report: health, artifacts, receiver }),
    receiver,
    timeoutMs: config.api.request_timeout_ms,
    uploadTimeoutMs: config.api.upload_timeout_ms,
    credentialRate: config.api.login_rate_per_minute,
    identityRate: config.api.rate_limit_per_identity_per_minute,
    closing,
  });
}
