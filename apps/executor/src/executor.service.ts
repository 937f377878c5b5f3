import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import type { Log, Service } from '@attune/service';

import type { ExecutorConfig } from './config.js';

/** What the process lends the executor. Stopping the executor closes none of it. */
export interface ExecutorDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
}

/**
 * Starts the stages and the sweeps. Any number of executors, in one process or in many, share the work:
 * each row's next step is taken once.
 */
export declare function createExecutor(
  config: ExecutorConfig,
  dependencies: ExecutorDependencies,
): Promise<Service>;
