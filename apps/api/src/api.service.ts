import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import type { Clock, Log, Service } from '@attune/service';
import type { ApiConfig } from './config.js';

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
export declare function createApi(config: ApiConfig, dependencies: ApiDependencies): Promise<Api>;
