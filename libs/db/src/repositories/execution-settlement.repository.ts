import type { ExecutionStatus } from '@attune/domain';
import type { Db } from '../database.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { announceAnew } from './execution-statement.js';

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
  `with finished as materialized (
  select e.id
  from (select distinct id from unnest($1::bigint[]) as i(id) order by id) i
  cross join lateral (
    select e.id from attune.execution e
    where e.id = i.id and e.finished_at is not null and e.settled_at is null limit 1 for update
  ) e
), settled as (
  update attune.execution e set settled_at = now(), updated = now(), announced_at = null, announcements = 0
  from finished f where e.id = f.id
  returning e.id, e.attempt, e.status, e.action_ref, e.parent, e.root, e.cause_event, e.enforcement, e.executor
), freed as (
  delete from attune.admission a using finished f where a.execution = f.id
)
select * from settled order by id`,
);

/* Running without a worker is waiting (for tasks, for a person): nobody needs to be told. */
const cancelStatement = statement<CancelRequested>(
  'request_cancel',
  `with held as materialized (
  select e.id, e.status, e.worker,
    (case when e.status = 'running' and e.worker is not null then 'canceling' else 'cancelled' end)
      ::attune.execution_status_enum as next
  from attune.execution e
  where e.id = $1::bigint and e.status in ('requested', 'scheduled', 'running')
  for update
), changed as (
  update attune.execution e set status = h.next, updated = now(),
    finished_at = case when h.next = 'cancelled' then now() end,
    not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null,
    error = case when h.next = 'cancelled' then $2::text end, ${announceAnew}
  from held h where e.id = h.id
  returning e.id, e.attempt, h.status as from_status, e.status, e.worker
), history as (
  insert into attune.execution_history (execution, attempt, from_status, to_status, worker, detail)
  select id, attempt, from_status, status, worker, $2::text from changed
)
select id, attempt, status from changed`,
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
