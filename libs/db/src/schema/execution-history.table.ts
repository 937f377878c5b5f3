import type { ExecutionStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/**
 * One transition of an execution, written by the statement that made it. The first state has no row: it is
 * as old as the execution.
 */
export interface ExecutionHistoryTable {
  execution: number;
  at: Stamp;
  attempt: number;
  from_status: ExecutionStatus;
  to_status: ExecutionStatus;
  worker: Nullable<number>;
  detail: Nullable<string>;
}

export type ExecutionHistoryRow = Selectable<ExecutionHistoryTable>;
