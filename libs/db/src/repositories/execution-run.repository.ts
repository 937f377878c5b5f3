import type { ExecutionStatus, Retry } from '@attune/domain';
import type { Db } from '../database.js';
import { storableText, toJson } from '../json.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import type { ActionSnapshot } from './execution-scheduling.repository.js';
import { announceAnew, shareSnapshots, snapshotOnce } from './execution-statement.js';

/** A worker process, as claims and results name it. */
export interface WorkerHold {
  workerId: number;
  incarnation: number;
}

export interface Claim {
  id: number;
  attempt: number;
}

/** Everything that is needed to run it. */
export type ClaimedExecution = Pick<
  ExecutionRow,
  | 'id'
  | 'attempt'
  | 'action_ref'
  | 'action_version'
  | 'config'
  | 'env_vars'
  | 'permission_set_refs'
  | 'executor'
  | 'cause_event'
  | 'enforcement'
  | 'parent'
  | 'root'
> & {
  pack_ref: string;
  action_snapshot: ActionSnapshot;
  /** Of the execution, else of the action. */
  timeout_seconds: number | null;
  /** Of the execution, else of the action. */
  retry: Retry | null;
  started_at: Date;
};

/** How an attempt ended, as its worker reports it. */
export interface AttemptOutcome {
  id: number;
  attempt: number;
  status: Extract<ExecutionStatus, 'completed' | 'failed' | 'timeout' | 'cancelled'>;
  result?: unknown;
  error?: string | null | undefined;
  /** Another attempt follows: back to `requested`. Passed over while the execution is being cancelled. */
  retry?: { not_before: Date } | undefined;
}

export interface FinishedExecution {
  id: number;
  /** The attempt that ended. */
  attempt: number;
  /** Of the execution now; `requested` = another attempt follows. */
  status: ExecutionStatus;
}

const claimedColumns = `c.id, c.attempt, c.action_ref, split_part(c.action_ref, '.', 1) as pack_ref,
  c.action_version, c.config, c.env_vars, c.permission_set_refs, c.executor, c.cause_event, c.enforcement,
  c.parent, c.root, c.timeout_seconds, c.retry, c.started_at, ${snapshotOnce('c')}`;

/*
 * The worker's row is locked against the sweep that takes over lost executions (FOR KEY SHARE against its
 * FOR UPDATE; heartbeats pass): either the claim comes first and the sweep sees it, or the claim finds the
 * incarnation recovered and claims nothing.
 */
const claimStatement = statement<ClaimedExecution>(
  'claim_executions',
  `with holder as materialized (
  select w.id, w.incarnation from attune.worker w
  where w.id = $2::bigint and w.incarnation = $3::integer
    and w.recovered_incarnation < w.incarnation and w.lease_expires_at > now()
  for key share
), scheduled as materialized (
  select e.id
  from (
    select distinct id, attempt from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer)
    order by id, attempt
  ) i
  cross join lateral (
    select e.id from attune.execution e
    where e.id = i.id and e.attempt = i.attempt and e.status = 'scheduled' and exists (select from holder)
    limit 1 for update
  ) e
), claimed as (
  update attune.execution e set status = 'running', started_at = now(), updated = now(),
    worker = $2::bigint, incarnation = $3::integer, ${announceAnew}
  from scheduled s where e.id = s.id
  returning e.*
), attempts as (
  insert into attune.execution_attempt (execution, attempt, worker, incarnation)
  select id, attempt, worker, incarnation from claimed
), history as (
  insert into attune.execution_history (execution, attempt, from_status, to_status, worker)
  select id, attempt, 'scheduled', 'running', worker from claimed
)
select ${claimedColumns} from claimed c order by c.id`,
);

const claimedStatement = statement<ClaimedExecution>(
  'list_claimed_executions',
  `select ${claimedColumns}
from (select distinct id, attempt from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer)) i
join attune.execution c on c.id = i.id and c.attempt = i.attempt
where c.status in ('running', 'canceling') and c.worker = $2::bigint and c.incarnation = $3::integer
order by c.id`,
);

/** How attempts end, whoever says so: `ending` names the rows that are locked, and what becomes of each. */
export function endAttempts(ending: string): string {
  return `with ending as materialized (${ending}
), ended as (
  update attune.execution e set
    status = case when n.retried then 'requested' else n.outcome end,
    attempt = e.attempt + n.retried::integer,
    updated = now(),
    finished_at = case when not n.retried then now() end,
    started_at = case when not n.retried then e.started_at end,
    scheduled_at = case when not n.retried then e.scheduled_at end,
    dispatch_queue = case when not n.retried then e.dispatch_queue end,
    worker = case when not n.retried then e.worker end,
    incarnation = case when not n.retried then e.incarnation end,
    result = case when not n.retried then n.result end,
    error = n.error,
    not_before = case when n.retried then n.not_before end,
    waiting_for = case when n.retried then 'retry' end,
    waiting_detail = case when n.retried then n.error end,
    waiting_since = case when n.retried then now() end,
    announcements = 0,
    announced_at = case when n.retried then greatest(n.not_before, now())
      when e.announcements = 0 then e.announced_at else now() end
  from ending n where e.id = n.id
  returning e.id, n.attempt, n.status as from_status, e.status, n.worker, n.outcome, n.error
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = d.outcome, error = d.error
  from ended d where a.execution = d.id and a.attempt = d.attempt
), history as (
  insert into attune.execution_history (execution, attempt, from_status, to_status, worker, detail)
  select id, attempt, from_status, status, worker, case when status <> 'completed' then error end from ended
)
select id, attempt, status from ended order by id`;
}

const finishStatement = statement<FinishedExecution>(
  'finish_executions',
  endAttempts(`
  select e.id, i.attempt, e.status, e.worker, i.outcome, i.result, i.error, i.not_before,
    i.retried and e.status = 'running' as retried
  from (
    select distinct on (id, attempt) id, attempt, status as outcome, result, error, not_before,
      not_before is not null and status in ('failed', 'timeout') as retried
    from jsonb_to_recordset($1::jsonb) as i(
      id bigint, attempt integer, status attune.execution_status_enum, result jsonb, error text,
      not_before timestamptz
    )
    order by id, attempt
  ) i
  cross join lateral (
    select e.id, e.status, e.worker from attune.execution e
    where e.id = i.id and e.attempt = i.attempt and e.status in ('running', 'canceling')
      and e.worker = $2::bigint and e.incarnation = $3::integer
    limit 1 for update
  ) e`),
);

/**
 * scheduled → running, and the attempt's row. Fenced by the attempt and by the worker's incarnation and
 * lease (database time). Losers are absent from the answer: they must not be run.
 */
export async function claimExecutions(
  db: Db,
  claims: readonly Claim[],
  worker: WorkerHold,
): Promise<ClaimedExecution[]> {
  if (claims.length === 0) return [];
  return withDefaults(await claimStatement.run(db, [toJson(claims), worker.workerId, worker.incarnation]));
}

/** Those of the given attempts that this worker holds: what a claim did whose answer was lost. */
export async function listClaimedExecutions(
  db: Db,
  claims: readonly Claim[],
  worker: WorkerHold,
): Promise<ClaimedExecution[]> {
  if (claims.length === 0) return [];
  return withDefaults(await claimedStatement.run(db, [toJson(claims), worker.workerId, worker.incarnation]));
}

/**
 * running or canceling → how it ended, or → requested with the next attempt. Fenced by attempt, worker and
 * incarnation: a result of an attempt is recorded once, by the worker that holds it; the others are absent
 * from the answer and have no effect.
 */
export async function finishExecutions(
  db: Db,
  outcomes: readonly AttemptOutcome[],
  worker: WorkerHold,
): Promise<FinishedExecution[]> {
  if (outcomes.length === 0) return [];
  const input = outcomes.map(({ retry, error, ...outcome }) => ({
    ...outcome,
    error: typeof error === 'string' ? storableText(error) : error,
    not_before: retry?.not_before,
  }));
  return finishStatement.run(db, [toJson(input), worker.workerId, worker.incarnation]);
}

function withDefaults(rows: readonly ClaimedExecution[]): ClaimedExecution[] {
  return shareSnapshots(rows).map((row) => ({
    ...row,
    timeout_seconds: row.timeout_seconds ?? row.action_snapshot.timeout_seconds,
    retry: row.retry ?? row.action_snapshot.retry,
  }));
}
