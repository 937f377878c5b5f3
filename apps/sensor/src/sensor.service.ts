import type { Db } from '@attune/db';
import { handedOver } from '@attune/intake';
import type { Bus } from '@attune/mq';
import { every } from '@attune/service';
import type { HealthReport, Log, Service } from '@attune/service';

import { reconcileTimers } from './clock/reconcile-timers.js';
import { runClock } from './clock/run-clock.js';
import type { SensorConfig } from './config.js';
import type { SensorContext } from './context.js';
import { sensorLog } from './logger.js';
import { startStages } from './stages.js';

/** What the process lends the sensor service. Stopping the service closes none of it. */
export interface SensorDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
}

/** Starts the clock. Several at once, in one process or in many, fire each instant of a timer once. */
export async function createSensor(
  { clock: settings }: SensorConfig,
  { db, bus, log }: SensorDependencies,
): Promise<Service> {
  const ctx: SensorContext = { db, publisher: bus, log: sensorLog(log) };
  const clock = runClock(ctx, settings.batch_size);
  const reconciling = every(
    settings.reconcile_ms,
    async () => {
      if ((await reconcileTimers(ctx)) > 0) clock.wake();
    },
    { log: ctx.log, name: 'reconcile timers' },
  );
  const news = await startStages(bus, () => reconciling.now());

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await news.close();
    await reconciling.stop();
    await clock.stop();
    await handedOver(ctx);
  };
  return {
    stop: () => (stopped ??= stop()),
    health: (): HealthReport => ({ checks: { clock: clock.health() } }),
  };
}
