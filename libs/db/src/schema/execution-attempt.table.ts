import type { ExecutionStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/** One hand-out of an execution to a worker, from its claim to its end: the history of both transitions. */
export interface ExecutionAttemptTable {
  execution: number;
  attempt: number;
  worker: Nullable<number>;
  incarnation: Nullable<number>;
  started_at: Stamp;
  finished_at: Nullable<Date>;
  /** How it ended; `abandoned` = its worker was lost. */
  outcome: Nullable<ExecutionStatus>;
  error: Nullable<string>;
}

export type ExecutionAttemptRow = Selectable<ExecutionAttemptTable>;
