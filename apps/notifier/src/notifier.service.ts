import { openAuthenticator } from '@attune/access';
import { currentEpoch } from '@attune/db';
import type { Db } from '@attune/db';
import { healthOf } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { systemClock } from '@attune/service';
import type { Clock, HealthCheck, HealthReport, Log, Service } from '@attune/service';
import type { NotifierConfig } from './config.js';
import type { NotifierContext } from './context.js';
import { FanOut } from './deliver/fan-out.js';
import { listenForStreams } from './listen/websocket-server.js';
import type { StreamServer } from './listen/websocket-server.js';
import { notifierLog } from './logger.js';
import { startStages } from './stages.js';

/** What the process lends the notifier. Stopping the notifier closes none of it. */
export interface NotifierDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface Notifier extends Service {
  /** `ws://127.0.0.1:8081/ws`: where it listens. */
  readonly url: string;
}

/** Listens when it resolves. Each notifier hears every notice, so any number of them share the clients. */
export async function createNotifier(
  { notifier: settings }: NotifierConfig,
  { db, bus, log, clock = systemClock }: NotifierDependencies,
): Promise<Notifier> {
  const ctx: NotifierContext = {
    fanOut: new FanOut(settings.replay, clock),
    authenticator: openAuthenticator({
      db,
      clock,
      issuer: settings.issuer,
      freshMs: settings.recheck_ms,
    }),
    settings,
    clock,
    log: notifierLog(log),
  };
  const subscriptions = await startStages(bus, ctx);
  const close = () => Promise.all(subscriptions.map((subscription) => subscription.close()));
  const server = await listenForStreams(ctx).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    url: server.url,
    stop: () => (stopped ??= close().then(() => server.close())),
    health: () => reportHealth(db, bus, server),
  };
}

async function reportHealth(db: Db, bus: Bus, server: StreamServer): Promise<HealthReport> {
  const database = await currentEpoch(db).then(
    (): HealthCheck => ({ ok: true }),
    (): HealthCheck => ({ ok: false, detail: 'the database does not answer' }),
  );
  return {
    checks: { ...healthOf(bus).checks, database, listening: { ok: server.isListening, vital: true } },
  };
}
