import type { ExecutionStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/** One transition of an execution, written by the statement that made it. Order: at, attempt, to_status. */
export interface ExecutionHistoryTable {
  execution: number;
  at: Stamp;
  attempt: number;
  /** NULL for the first state. */
  from_status: Nullable<ExecutionStatus>;
  to_status: ExecutionStatus;
  worker: Nullable<number>;
  detail: Nullable<string>;
}

export type ExecutionHistoryRow = Selectable<ExecutionHistoryTable>;
