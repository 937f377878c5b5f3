import type { ExecutionStatus, Retry } from '@attune/domain';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import type { ActionSnapshot } from './execution-scheduling.repository.js';
import {
  announceAnew,
  endAttempts,
  reportedOutcomes,
  shareSnapshots,
  snapshotOnce,
  storedOutcomes,
} from './execution-statement.js';

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
  /** Milliseconds until its deadline, by the clock of the database; null = it has none. */
  remaining_ms: number | null;
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

const neededColumns = (row: string) => `${row}.id, ${row}.attempt, ${row}.action_ref, ${row}.action_version,
  ${row}.config, ${row}.env_vars, ${row}.permission_set_refs, ${row}.executor, ${row}.cause_event,
  ${row}.enforcement, ${row}.parent, ${row}.root, ${row}.timeout_seconds, ${row}.retry, ${row}.started_at,
  (extract(epoch from ${row}.deadline - now()) * 1000)::double precision as remaining_ms`;

const claimedColumns = (needed: string) => `${needed}, split_part(c.action_ref, '.', 1) as pack_ref,
  ${snapshotOnce('c')}`;

/*
 * The worker's row is locked against the sweep that takes over lost executions (FOR KEY SHARE against its
 * FOR UPDATE; heartbeats pass): either the claim comes first and the sweep sees it, or the claim finds the
 * incarnation recovered and claims nothing. The batch comes sorted; what is in it twice is
 * claimed once.
 */
const claimStatement = statement<ClaimedExecution>(
  'claim_executions',
  `with holder as materialized (
  select w.id from attune.worker w
  where w.id = $2::bigint and w.incarnation = $3::integer
    and w.recovered_incarnation < w.incarnation and w.lease_expires_at > now()
  for key share
), claimed as (
  update attune.execution e set status = 'running', started_at = now(), updated = now(),
    start_deadline = null, worker = $2::bigint, incarnation = $3::integer, ${announceAnew}
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer)
  where e.id = i.id and e.attempt = i.attempt and e.status = 'scheduled' and exists (select from holder)
    and coalesce(least(e.start_deadline, e.deadline) > now(), true)
  returning ${neededColumns('e')}
), attempts as (
  insert into attune.execution_attempt (execution, attempt, worker, incarnation)
  select id, attempt, $2::bigint, $3::integer from claimed
)
select ${claimedColumns('c.*')} from claimed c`,
  { keepPlan: true },
);

const claimedStatement = statement<ClaimedExecution>(
  'list_claimed_executions',
  `select ${claimedColumns(neededColumns('c'))}
from (select distinct id, attempt from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer)) i
join attune.execution c on c.id = i.id and c.attempt = i.attempt
where c.status in ('running', 'canceling') and c.worker = $2::bigint and c.incarnation = $3::integer
order by c.id`,
);

const finishStatement = statement<FinishedExecution>(
  'finish_executions',
  endAttempts(reportedOutcomes, 'e.worker = $2::bigint and e.incarnation = $3::integer'),
  { keepPlan: true },
);

/**
 * scheduled → running, and the attempt's row. Fenced by the attempt and by the worker's incarnation and
 * lease (database time); none starts after its deadlines. Losers are absent from the answer: they must not be run.
 */
export async function claimExecutions(
  db: Db,
  claims: readonly Claim[],
  worker: WorkerHold,
): Promise<ClaimedExecution[]> {
  if (claims.length === 0) return [];
  const input = toJson(claims.toSorted(byId));
  const rows = await claimStatement.run(db, [input, worker.workerId, worker.incarnation]);
  return withDefaults(rows.toSorted(byId));
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
  return finishStatement.run(db, [storedOutcomes(outcomes), worker.workerId, worker.incarnation]);
}

function byId(a: { id: number }, b: { id: number }): number {
  return a.id - b.id;
}

function withDefaults(rows: readonly ClaimedExecution[]): ClaimedExecution[] {
  return shareSnapshots(rows).map((row) => ({
    ...row,
    timeout_seconds: row.timeout_seconds ?? row.action_snapshot.timeout_seconds,
    retry: row.retry ?? row.action_snapshot.retry,
  }));
}
