import type { Db } from '../database.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';

export type SettledExecution = Pick<
  ExecutionRow,
  | 'id'
  | 'attempt'
  | 'status'
  | 'action_ref'
  | 'parent'
  | 'root'
  | 'cause_event'
  | 'enforcement'
  | 'executor'
  | 'started_at'
  | 'finished_at'
> & {
  /** Of the definitions at this time, the same in all rows of an answer. */
  epoch: number;
};

const settleStatement = statement<SettledExecution>(
  'settle_executions',
  `with input as materialized (
  select distinct id from unnest($1::bigint[]) as i(id) order by id
), settled as (
  update attune.execution e set settled_at = now(), updated = now(), announced_at = null, announcements = 0
  from input i where e.id = i.id and e.finished_at is not null and e.settled_at is null
  returning e.id, e.attempt, e.status, e.action_ref, e.parent, e.root, e.cause_event, e.enforcement, e.executor,
    e.started_at, e.finished_at
), answered_by_nobody as (
  update attune.inquiry q set status = 'cancelled', resolved_at = now(), updated = now()
  from settled s where q.execution = s.id and q.status = 'pending'
)
select *, (select epoch from attune.definition_epoch) as epoch from settled order by id`,
  { keepPlan: true },
);

/**
 * Final → settled, once: whoever gets a row in the answer does what follows from it. The same statement cancels the
 * question it left open; none is asked after its end (insertInquiry). Slots: see releasingAdmissions.
 */
export async function settleExecutions(db: Db, ids: readonly number[]): Promise<SettledExecution[]> {
  return ids.length === 0 ? [] : settleStatement.run(db, [[...ids]]);
}
