import type { WaitReason } from '@attune/domain';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';
import type { AttemptOutcome, Claim, FinishedExecution, WorkerHold } from './execution-run.repository.js';
import { announceAnew, endAttempts, reportedOutcomes, storedOutcomes } from './execution-statement.js';

/*
 * Executions that nobody works on, and that nobody takes for stale: paused ones are requested and not due; parked
 * ones are running without a worker, a workflow for its tasks, a question for its answer.
 */

/** An attempt that goes on without a worker, and what it waits for. */
export interface Parked extends Claim {
  waiting_for: Extract<WaitReason, 'children' | 'inquiry'>;
  detail?: string | undefined;
}

const pauseStatement = statement<{ id: number }>(
  'pause_executions',
  `with target as materialized (
  select e.id from attune.execution e
  where e.id = any($1::bigint[]) and e.status = 'requested' and e.waiting_for is distinct from 'pause'
  order by e.id for no key update
)
update attune.execution e set waiting_for = 'pause', waiting_detail = $2::text, waiting_since = now(),
  waiting_queue = null, updated = now()
from target t where e.id = t.id
returning e.id`,
);

const resumeStatement = statement<{ id: number }>(
  'resume_executions',
  `with target as materialized (
  select e.id, e.not_before > now() as delayed from attune.execution e
  where e.id = any($1::bigint[]) and e.status = 'requested' and e.waiting_for = 'pause'
  order by e.id for no key update
)
update attune.execution e set not_before = case when t.delayed then e.not_before end,
  waiting_for = case when t.delayed then 'delay' end, waiting_since = case when t.delayed then now() end,
  waiting_detail = null, announced_at = case when t.delayed then e.not_before else now() end,
  announcements = 0, updated = now()
from target t where e.id = t.id
returning e.id`,
);

const parkedInput = `
  select distinct on (id, attempt) *
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer, waiting_for text, detail text)
  order by id, attempt`;

const parkedColumns = `waiting_for = i.waiting_for, waiting_detail = i.detail, waiting_since = now(),
    updated = now(), ${announceAnew}`;

const startStatement = statement<Claim>(
  'start_parked_executions',
  `with input as materialized (${parkedInput}
), started as (
  update attune.execution e set status = 'running', started_at = now(), start_deadline = null, ${parkedColumns}
  from input i where e.id = i.id and e.attempt = i.attempt and e.status = 'scheduled'
    and coalesce(least(e.start_deadline, e.deadline) > now(), true)
  returning e.id, e.attempt
), attempts as (
  insert into attune.execution_attempt (execution, attempt) select id, attempt from started
)
select id, attempt from started order by id`,
);

const parkStatement = statement<Claim>(
  'park_executions',
  `with input as materialized (${parkedInput}
)
update attune.execution e set worker = null, incarnation = null, ${parkedColumns}
from input i
where e.id = i.id and e.attempt = i.attempt and e.status = 'running'
  and e.worker = $2::bigint and e.incarnation = $3::integer
returning e.id, e.attempt`,
);

const finishStatement = statement<FinishedExecution>(
  'finish_parked_executions',
  endAttempts(reportedOutcomes, 'e.worker is null'),
);

/**
 * Still requested, and not scheduled until it is resumed; a delay goes on meanwhile. Returns those that were not
 * paused before.
 */
export async function pauseExecutions(db: Db, ids: readonly number[], detail?: string): Promise<number[]> {
  if (ids.length === 0) return [];
  return idsOf(await pauseStatement.run(db, [[...ids], detail ?? null]));
}

/** Those that were paused are requested anew, or wait for the rest of their delay. */
export async function resumeExecutions(db: Db, ids: readonly number[]): Promise<number[]> {
  return ids.length === 0 ? [] : idsOf(await resumeStatement.run(db, [[...ids]]));
}

/** scheduled → running without a worker, and the attempt's row. Fenced by the attempt; losers are absent. */
export async function startParkedExecutions(db: Db, parked: readonly Parked[]): Promise<Claim[]> {
  return parked.length === 0 ? [] : startStatement.run(db, [toJson(parked)]);
}

/**
 * Takes running executions from their worker, which is free for others at once; the attempt goes on. Fenced by
 * attempt, worker and incarnation. What is being cancelled is not parked; losers are absent from the answer.
 */
export async function parkExecutions(
  db: Db,
  parked: readonly Parked[],
  worker: WorkerHold,
): Promise<Claim[]> {
  if (parked.length === 0) return [];
  return parkStatement.run(db, [toJson(parked), worker.workerId, worker.incarnation]);
}

/** Ends the attempts of parked executions as finishExecutions does those of a worker's. Fenced by the attempt. */
export async function finishParkedExecutions(
  db: Db,
  outcomes: readonly AttemptOutcome[],
): Promise<FinishedExecution[]> {
  if (outcomes.length === 0) return [];
  return finishStatement.run(db, [storedOutcomes(outcomes)]);
}

function idsOf(rows: readonly { id: number }[]): number[] {
  return rows.map(({ id }) => id);
}
