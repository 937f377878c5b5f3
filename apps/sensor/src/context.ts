import type { Db } from '@attune/db';
import type { Publisher } from '@attune/mq';
import type { Log } from '@attune/service';

/** What the clock works with; also what the ways in (@attune/intake) need. */
export interface SensorContext {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly log: Log;
}
