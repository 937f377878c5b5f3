import type { ExecutionStatus } from '@attune/domain';
import type { Db } from '../database.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { announceAnew, waitingOver } from './execution-statement.js';

export type CancelRequested = Pick<
  ExecutionRow,
  'id' | 'attempt' | 'action_ref' | 'root' | 'parent' | 'executor'
> & {
  /** `canceling`: its worker must be told. */
  status: Extract<ExecutionStatus, 'cancelled' | 'canceling'>;
};

const cancelStatement = cancelOf(
  'request_cancels',
  `e.id = any(array(
    with recursive tree(id) as (
      select unnest($1::bigint[])
      union select c.id from tree t join attune.execution c on c.parent = t.id
    )
    select id from tree
  ))`,
);

const cancelPackStatement = cancelOf(
  'cancel_pack_executions',
  `e.announced_at is not null and starts_with(e.action_ref, $1::text || '.')`,
);

/**
 * requested or scheduled → cancelled; running → canceling, or → cancelled where no worker runs it; with all below them.
 * Those that are past that are absent from the answer.
 */
export async function requestCancels(
  db: Db,
  ids: readonly number[],
  detail?: string,
): Promise<CancelRequested[]> {
  return ids.length === 0 ? [] : cancelStatement.run(db, [[...ids], detail ?? null]);
}

/** Of one and all below it: what became of the one; undefined when it is past that. */
export async function requestCancel(
  db: Db,
  id: number,
  detail?: string,
): Promise<CancelRequested | undefined> {
  return (await requestCancels(db, [id], detail)).find((cancelled) => cancelled.id === id);
}

/**
 * The same for all unfinished executions of a pack's actions. What is requested meanwhile is not among them: who
 * removes the pack cancels once more when its actions are gone and nothing can be requested.
 */
export async function cancelPackExecutions(
  db: Db,
  packRef: string,
  detail?: string,
): Promise<CancelRequested[]> {
  return cancelPackStatement.run(db, [packRef, detail ?? null]);
}

/*
 * Running without a worker is waiting (for tasks, for a person): nobody needs to be told, and its open attempt ends
 * here. The end of what never ran is in the history.
 */
function cancelOf(name: string, condition: string) {
  return statement<CancelRequested>(
    name,
    `with target as materialized (
  select e.id from attune.execution e
  where ${condition} and e.status in ('requested', 'scheduled', 'running')
  order by e.id for no key update
), cancelled as (
  update attune.execution e set
    status = case when e.worker is null then 'cancelled' else 'canceling' end::attune.execution_status_enum,
    finished_at = case when e.worker is null then now() end,
    error = case when e.worker is null then $2::text end,
    updated = now(), not_before = null, ${waitingOver}, ${announceAnew}
  from target t where e.id = t.id
  returning e.id, e.attempt, e.status, e.action_ref, e.root, e.parent, e.executor,
    e.finished_at is not null and e.started_at is not null as ends_attempt
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = 'cancelled', error = $2::text
  from cancelled c where c.ends_attempt and a.execution = c.id and a.attempt = c.attempt
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, status, $2::text from cancelled where not ends_attempt
)
select id, attempt, status, action_ref, root, parent, executor from cancelled order by id`,
  );
}
