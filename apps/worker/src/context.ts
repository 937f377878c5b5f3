import type { Db } from '@attune/db';
import type { Publisher } from '@attune/mq';
import type { Log } from '@attune/service';
import type { Lane } from './claim/lane.js';
import type { Presence } from './presence/presence.js';
import type { Runs } from './run/runs.js';

/** What the claiming of executions is given. */
export interface ClaimContext {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly presence: Presence;
  readonly runs: Runs;
  /** The slots its runs take, and the intake that fills them. */
  readonly lane: Lane;
}
