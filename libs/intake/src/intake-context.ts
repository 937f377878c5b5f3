import type { Db } from '@attune/db';
import type { Publisher } from '@attune/mq';
import type { Log } from '@attune/service';

/** What the ways in need from their process; the same three members in every app. */
export interface IntakeContext {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly log: Log;
}
