import type { WaitReason } from '@attune/domain';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { ActionRow, ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { announceAnew, shareSnapshots, snapshotOnce, waitingOver } from './execution-statement.js';

/** The action as it was when the execution was requested: its row without ids and times. */
export type ActionSnapshot = Readonly<Omit<ActionRow, 'id' | 'created' | 'updated' | 'pack' | 'runtime'>>;

/** What the scheduler decides by. */
export type ExecutionToSchedule = Pick<
  ExecutionRow,
  | 'id'
  | 'attempt'
  | 'action'
  | 'action_ref'
  | 'action_version'
  | 'config'
  | 'executor'
  | 'priority'
  | 'root'
  | 'parent'
  | 'worker_selector'
  | 'worker_tolerations'
  | 'worker_affinity'
  | 'waiting_for'
> & {
  action_snapshot: ActionSnapshot;
  /** Of the definitions at this time, the same in all rows of an answer. */
  epoch: number;
};

export interface DispatchPlan {
  id: number;
  dispatch_queue: string;
}

export interface ScheduledExecution {
  id: number;
  attempt: number;
  dispatch_queue: string;
}

export interface Wait {
  id: number;
  waiting_for: Extract<WaitReason, 'worker'>;
  detail?: string | undefined;
  /** Of those that wait for a worker: the queue it has to serve (see takeWaitingForWorker). */
  dispatch_queue?: string | undefined;
}

export interface Refusal {
  id: number;
  error: string;
}

const due = `e.status = 'requested' and (e.not_before is null or e.not_before <= now())
  and e.waiting_for is distinct from 'pause'`;

const loadStatement = statement<ExecutionToSchedule>(
  'load_requested_executions',
  `select e.id, e.attempt, e.action, e.action_ref, e.action_version, e.config, e.executor, e.priority, e.root, e.parent,
  e.worker_selector, e.worker_tolerations, e.worker_affinity, e.waiting_for, ${snapshotOnce('e')},
  (select epoch from attune.definition_epoch) as epoch
from unnest($1::bigint[]) as i(id)
cross join lateral (select * from attune.execution e where e.id = i.id and ${due} limit 1) e
order by e.id`,
  { keepPlan: true },
);

const scheduleStatement = statement<ScheduledExecution>(
  'schedule_executions',
  `with input as materialized (
  select distinct on (id) id, dispatch_queue
  from jsonb_to_recordset($1::jsonb) as i(id bigint, dispatch_queue text) order by id
), scheduled as (
  update attune.execution e set status = 'scheduled', scheduled_at = now(), updated = now(),
    dispatch_queue = i.dispatch_queue, not_before = null, ${waitingOver}, ${announceAnew}
  from input i where e.id = i.id and ${due}
  returning e.id, e.attempt, e.dispatch_queue
), history as (
  insert into attune.execution_history (execution, attempt, to_status)
  select id, attempt, 'scheduled' from scheduled
)
select id, attempt, dispatch_queue from scheduled order by id`,
  { keepPlan: true },
);

const deferStatement = statement<{ id: number }>(
  'defer_executions',
  `with input as materialized (
  select distinct on (id) id, waiting_for, detail, dispatch_queue
  from jsonb_to_recordset($1::jsonb) as i(id bigint, waiting_for text, detail text, dispatch_queue text)
  order by id
)
update attune.execution e set waiting_for = i.waiting_for, waiting_detail = i.detail,
  waiting_since = case when e.waiting_for = i.waiting_for then e.waiting_since else now() end,
  waiting_queue = i.dispatch_queue, updated = now()
from input i where e.id = i.id and ${due}
returning e.id`,
  { keepPlan: true },
);

const refuseStatement = statement<{ id: number; attempt: number }>(
  'refuse_executions',
  `with input as materialized (
  select distinct on (id) id, error
  from jsonb_to_recordset($1::jsonb) as i(id bigint, error text) order by id
), refused as (
  update attune.execution e set status = 'failed', finished_at = now(), updated = now(), error = i.error,
    not_before = null, ${waitingOver}, ${announceAnew}
  from input i where e.id = i.id and e.status in ('requested', 'scheduled')
  returning e.id, e.attempt, e.error
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, 'failed', error from refused
)
select id, attempt from refused order by id`,
);

/** Those of the given executions that are requested and due, in id order. */
export async function loadRequestedExecutions(
  db: Db,
  ids: readonly number[],
): Promise<ExecutionToSchedule[]> {
  if (ids.length === 0) return [];
  return shareSnapshots(await loadStatement.run(db, [[...new Set(ids)]]));
}

/** requested → scheduled. Losers, and those not due yet, are absent from the answer. */
export async function scheduleExecutions(
  db: Db,
  plans: readonly DispatchPlan[],
): Promise<ScheduledExecution[]> {
  return plans.length === 0 ? [] : scheduleStatement.run(db, [toJson(plans)]);
}

/** Still requested: says what they wait for, and since when. Returns those that are. */
export async function deferExecutions(db: Db, waits: readonly Wait[]): Promise<number[]> {
  if (waits.length === 0) return [];
  const rows = await deferStatement.run(db, [toJson(waits)]);
  return rows.map((row) => row.id);
}

/** requested or scheduled → failed, for what can never run. Losers are absent from the answer. */
export async function refuseExecutions(
  db: Db,
  refusals: readonly Refusal[],
): Promise<{ id: number; attempt: number }[]> {
  return refusals.length === 0 ? [] : refuseStatement.run(db, [toJson(refusals)]);
}
