import type { Db } from '@attune/db';
import type { Bus } from '@attune/mq';
import type { Log } from '@attune/service';

/** What the clock works with; also what the ways in (@attune/intake) need. */
export interface SensorContext {
  readonly db: Db;
  readonly publisher: Bus;
  readonly log: Log;
}
