import type { Db } from '@attune/db';
import { handedOver } from '@attune/intake';
import {
  definitionChanged,
  eventCreated,
  executionFinished,
  executionRequested,
  startStages,
} from '@attune/mq';
import type { Bus } from '@attune/mq';
import type { Log, Service } from '@attune/service';

import type { ExecutorConfig } from './config.js';
import { createContext } from './context.js';
import { executorLog } from './logger.js';
import { pacedStages } from './stages.js';
import { startRetention } from './sweeps/retention.sweep.js';
import { startSweeps } from './sweeps/start-sweeps.js';
import { startWatch } from './watch/start-watch.js';

/** The work messages that are the executor's. */
const mustConsume = [eventCreated, executionRequested, executionFinished];

/** What the process lends the executor. Stopping the executor closes none of it. */
export interface ExecutorDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
}

/**
 * Starts the stages, the sweeps, retention and the watch. Any number of executors, in one process or in many, share the work:
 * each row's next step is taken once.
 */
export async function createExecutor(
  config: ExecutorConfig,
  { db, bus, log }: ExecutorDependencies,
): Promise<Service> {
  const ctx = createContext({ db, bus, log: executorLog(log), storm: config.storm });
  const definitions = await bus.subscribe(definitionChanged, async () => ctx.rules.forget());
  const stages = await startStages(bus, pacedStages(config.executor), ctx, { log: ctx.log, mustConsume });
  const sweeps = startSweeps(ctx, config.sweeps);
  const retention = startRetention(ctx, config.sweeps.retention);
  const watch = startWatch(ctx, config.watch);

  const stop = async () => {
    await Promise.all([definitions.close(), stages.close(), sweeps.stop(), retention.stop(), watch.stop()]);
    await handedOver(ctx);
  };
  let stopped: Promise<void> | undefined;
  return {
    stop: () => (stopped ??= stop()),
    health: () => stages.health(),
  };
}
