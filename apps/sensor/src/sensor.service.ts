import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import type { Clock, Log, Service } from '@attune/service';

import type { SensorConfig } from './config.js';

/** What the process lends the sensor service. Stopping the service closes none of it. */
export interface SensorDependencies {
  readonly db: Db;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Starts the clock. Several at once, in one process or in many, fire each timer once. */
export declare function createSensor(
  config: SensorConfig,
  dependencies: SensorDependencies,
): Promise<Service>;
