import type { ExecutionStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/**
 * A transition that `execution_attempt` does not record: into scheduled or canceling, or the end of what never
 * ran. Written by the statement that made it. listExecutionHistory gives the whole.
 */
export interface ExecutionHistoryTable {
  execution: number;
  at: Stamp;
  attempt: number;
  to_status: ExecutionStatus;
  detail: Nullable<string>;
}

export type ExecutionHistoryRow = Selectable<ExecutionHistoryTable>;
