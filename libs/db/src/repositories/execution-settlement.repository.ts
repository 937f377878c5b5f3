import type { ExecutionStatus } from '@attune/domain';
import type { Db } from '../database.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { announceAnew, waitingOver } from './execution-statement.js';

export type SettledExecution = Pick<
  ExecutionRow,
  'id' | 'attempt' | 'status' | 'action_ref' | 'parent' | 'root' | 'cause_event' | 'enforcement' | 'executor'
>;

export interface CancelRequested {
  id: number;
  attempt: number;
  /** `canceling`: its worker must be told. */
  status: Extract<ExecutionStatus, 'cancelled' | 'canceling'>;
}

const settleStatement = statement<SettledExecution>(
  'settle_executions',
  `with input as materialized (
  select distinct id from unnest($1::bigint[]) as i(id) order by id
), settled as (
  update attune.execution e set settled_at = now(), updated = now(), announced_at = null, announcements = 0
  from input i where e.id = i.id and e.finished_at is not null and e.settled_at is null
  returning e.id, e.attempt, e.status, e.action_ref, e.parent, e.root, e.cause_event, e.enforcement, e.executor
), freed as (
  delete from attune.admission a using settled s where a.execution = s.id
)
select * from settled order by id`,
  { keepPlan: true },
);

/* Running without a worker is waiting (for tasks, for a person): nobody needs to be told. */
const cancelStatement = statement<CancelRequested>(
  'request_cancel',
  `with cancelled as (
  update attune.execution e set
    status = case when e.status = 'running' and e.worker is not null then 'canceling' else 'cancelled' end
      ::attune.execution_status_enum,
    finished_at = case when e.status <> 'running' or e.worker is null then now() end,
    error = case when e.status <> 'running' or e.worker is null then $2::text end,
    updated = now(), not_before = null, ${waitingOver}, ${announceAnew}
  where e.id = $1::bigint and e.status in ('requested', 'scheduled', 'running')
  returning e.id, e.attempt, e.status
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, status, $2::text from cancelled
)
select id, attempt, status from cancelled`,
);

/**
 * Final → settled, once: whoever gets a row in the answer does what follows from it. The slots it held are
 * freed by the same statement.
 */
export async function settleExecutions(db: Db, ids: readonly number[]): Promise<SettledExecution[]> {
  return ids.length === 0 ? [] : settleStatement.run(db, [[...ids]]);
}

/** requested or scheduled → cancelled, running → canceling. undefined when it is past that. */
export async function requestCancel(
  db: Db,
  id: number,
  detail?: string,
): Promise<CancelRequested | undefined> {
  const rows = await cancelStatement.run(db, [id, detail ?? null]);
  return rows[0];
}
