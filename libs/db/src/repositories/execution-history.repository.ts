import type { ExecutionStatus } from '@attune/domain';
import type { Db } from '../database.js';
import type { ExecutionAttemptRow } from '../schema/index.js';
import { statement } from '../statement.js';

/** A transition of an execution. */
export interface ExecutionStep {
  at: Date;
  /** That was under way; of `requested` the one that ended. */
  attempt: number;
  from_status: ExecutionStatus;
  to_status: ExecutionStatus;
  /** That the attempt was given to. */
  worker: number | null;
  detail: string | null;
}

/* The claim and the end of an attempt are in its own row (see execution_history). */
const historyStatement = statement<ExecutionStep>(
  'list_execution_history',
  `with step as (
  select h.at, h.attempt, h.to_status, null::bigint as worker, h.detail
  from attune.execution_history h where h.execution = $1::bigint
  union all
  select a.started_at, a.attempt, 'running', a.worker, null
  from attune.execution_attempt a where a.execution = $1::bigint
  union all
  select a.finished_at, a.attempt, case when e.attempt > a.attempt then 'requested' else a.outcome end,
    a.worker, a.error
  from attune.execution_attempt a join attune.execution e on e.id = a.execution
  where a.execution = $1::bigint and a.finished_at is not null
)
select at, attempt, lag(to_status, 1, 'requested') over life as from_status, to_status, worker, detail
from step
window life as (order by at, attempt, to_status = 'requested', to_status)
order by at, attempt, to_status = 'requested', to_status`,
);

/** In order. */
export async function listAttempts(db: Db, executionId: number): Promise<ExecutionAttemptRow[]> {
  return db
    .selectFrom('execution_attempt')
    .selectAll()
    .where('execution', '=', executionId)
    .orderBy('attempt')
    .execute();
}

/** All transitions in order. The first state is not among them: it is as old as the execution. */
export async function listExecutionHistory(db: Db, executionId: number): Promise<ExecutionStep[]> {
  return historyStatement.run(db, [executionId]);
}
