import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import type { Log, Service } from '@attune/service';
import type { WorkerConfig } from './config.js';

/** What the process lends the worker. Stopping the worker closes none of it. */
export interface WorkerDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
  /** Where programs get their PATH, LANG and TZ from; nothing else of it reaches them. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Registers, then claims and runs executions until stopped. Any number of workers share the dispatch queues. */
export declare function createWorker(
  config: WorkerConfig,
  dependencies: WorkerDependencies,
): Promise<Service>;
