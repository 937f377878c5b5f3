import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import type { Clock, Log, Service } from '@attune/service';
import type { NotifierConfig } from './config.js';

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
export declare function createNotifier(
  config: NotifierConfig,
  dependencies: NotifierDependencies,
): Promise<Notifier>;
