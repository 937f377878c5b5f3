import { openAuthenticator } from '@attune/access';
import { openChanges, StreamSlots } from '@attune/changes';
import { currentEpoch } from '@attune/db';
import type { Db } from '@attune/db';
import { healthOf } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { systemClock } from '@attune/service';
import type { Clock, HealthCheck, HealthReport, Log, Service } from '@attune/service';
import type { NotifierConfig, NotifierSettings } from './config.js';
import type { NotifierContext } from './context.js';
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
  const ownLog = notifierLog(log);
  const changes = await openChanges({ bus, replay: settings.replay, log: ownLog });
  const ctx: NotifierContext = {
    fanOut: changes.fanOut,
    slots: slotsOf(settings),
    authenticator: openAuthenticator({
      db,
      clock,
      issuer: settings.issuer,
      freshMs: settings.recheck_ms,
    }),
    settings,
    clock,
    log: ownLog,
  };
  const subscription = await startStages(bus, ctx);
  const close = () => Promise.all([subscription.close(), changes.close()]);
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

function slotsOf({ max_connections: max, max_connections_per_identity: maxPerIdentity }: NotifierSettings) {
  return new StreamSlots({ max, maxPerIdentity });
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
