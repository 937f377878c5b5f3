import type { Retry } from '@attune/domain';
import type { Db, Trx } from '../database.js';
import { inTransaction } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';
import type { FinishedExecution } from './execution-run.repository.js';
import { endAttempts } from './execution-statement.js';

/** An execution in the hands of a worker that is gone. */
export interface LostExecution {
  id: number;
  attempt: number;
  status: 'running' | 'canceling';
  worker: number;
  worker_name: string;
  /** Of the execution, else of the action. */
  retry: Retry | null;
}

export interface LostSweep {
  limit: number;
  /** Names the time of the next attempt, when the retry settings cover `lost`. Pure: it may be asked again. */
  decideRetry: (lost: LostExecution) => { not_before: Date } | undefined;
}

interface LostWorker {
  id: number;
  /** This incarnation and older ones are gone. */
  lost_incarnation: number;
}

/* FOR UPDATE: no claim of this worker is under way (see claimExecutions) while its executions are taken. */
const workersStatement = statement<LostWorker>(
  'lock_lost_workers',
  `select w.id, case when coalesce(w.lease_expires_at <= now(), true) then w.incarnation
    else w.incarnation - 1 end as lost_incarnation
from attune.worker w
where w.recovered_incarnation <
  case when coalesce(w.lease_expires_at <= now(), true) then w.incarnation else w.incarnation - 1 end
order by w.id for update skip locked`,
);

/* Reads all unsettled executions: only after a worker was lost, and only once for each. */
const lockStatement = statement<LostExecution>(
  'lock_lost_executions',
  `select e.id, e.attempt, e.status, e.worker, w.name as worker_name,
  coalesce(e.retry, (
    select nullif(v.content -> 'retry', 'null') from attune.definition_version v where v.id = e.action_version
  )) as retry
from attune.execution e
join jsonb_to_recordset($1::jsonb) as l(id bigint, lost_incarnation integer)
  on e.worker = l.id and e.incarnation <= l.lost_incarnation
join attune.worker w on w.id = l.id
where e.announced_at is not null and e.status in ('running', 'canceling')
order by e.id limit $2::bigint for update of e`,
);

/* The rows are locked already. */
const endStatement = statement<FinishedExecution>(
  'end_lost_executions',
  endAttempts(
    `
  select id, attempt, null::attune.execution_status_enum as outcome, null::jsonb as result, error, not_before
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer, error text, not_before timestamptz)
  order by id`,
    'true',
  ),
);

const recoveredStatement = statement<never>(
  'mark_workers_recovered',
  `update attune.worker w set recovered_incarnation = l.lost_incarnation,
  status = case when w.incarnation = l.lost_incarnation then 'inactive' else w.status end
from jsonb_to_recordset($1::jsonb) as l(id bigint, lost_incarnation integer)
where w.id = l.id`,
);

/**
 * Ends the executions of workers whose lease is over (database time) or that have started anew: canceling →
 * cancelled, running → requested with the next attempt when `decideRetry` names a time, else abandoned. When
 * the answer is shorter than `limit`, these workers are done with, and their incarnations can neither claim,
 * finish nor renew any more. Replicas may run it at once.
 */
export async function takeLostExecutions(db: Db, sweep: LostSweep): Promise<FinishedExecution[]> {
  return inTransaction(db, async (trx) => {
    const workers = await workersStatement.run(trx, []);
    if (workers.length === 0) return [];
    const lost = await lockStatement.run(trx, [toJson(workers), sweep.limit]);
    const ended = await endLost(trx, lost, sweep);
    if (lost.length < sweep.limit) await recoveredStatement.run(trx, [toJson(workers)]);
    return ended;
  });
}

async function endLost(
  trx: Trx,
  lost: readonly LostExecution[],
  sweep: LostSweep,
): Promise<FinishedExecution[]> {
  if (lost.length === 0) return [];
  const endings = lost.map((execution) => ({
    id: execution.id,
    attempt: execution.attempt,
    error: `worker ${execution.worker_name} was lost during attempt ${execution.attempt}`,
    not_before: execution.status === 'running' ? sweep.decideRetry(execution)?.not_before : undefined,
  }));
  return endStatement.run(trx, [toJson(endings)]);
}
