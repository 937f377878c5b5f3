import pg from 'pg';
import type { Attempt, Contestant } from './contestant.js';
import type { Ground } from './ground.js';

/** What the insert by hand answers: the rows as they were stored, as the repository does, or their ids alone. */
export type Answer = 'rows' | 'ids';

/*
 * Action and version are known, there is no parent and no key to look for. `root` is the execution itself, so
 * ids are drawn first.
 */
const insertText = `insert into attune.execution (id, root, action, action_ref, action_version, config, executor)
overriding system value
select n.id, n.id, n.action, n.action_ref, n.action_version, n.config, n.executor
from (
  select nextval('attune.execution_id_seq') as id, i.*
  from unnest($1::bigint[], $2::text[], $3::bigint[], $4::jsonb[], $5::bigint[])
    as i(action, action_ref, action_version, config, executor)
) n
returning`;

/* Compare-and-set on status and attempt, and the attempt's row; answers what a run needs. */
const claimText = `with claimed as (
  update attune.execution e set status = 'running', started_at = now(), updated = now(), worker = $3,
    incarnation = $4
  from unnest($1::bigint[], $2::integer[]) as i(id, attempt)
  where e.id = i.id and e.attempt = i.attempt and e.status = 'scheduled'
  returning e.id, e.attempt, e.action_ref, e.action_version, e.config, e.env_vars, e.permission_set_refs,
    e.executor, e.cause_event, e.enforcement, e.parent, e.root, e.timeout_seconds, e.retry, e.started_at
), attempts as (
  insert into attune.execution_attempt (execution, attempt, worker, incarnation)
  select id, attempt, $3, $4 from claimed
)
select * from claimed`;

/* Compare-and-set on status, attempt and holder, and the end of the attempt. */
const finishText = `with ended as (
  update attune.execution e set status = i.status, finished_at = now(), updated = now(), result = i.result,
    error = i.error
  from unnest($1::bigint[], $2::integer[], $3::attune.execution_status_enum[], $4::jsonb[], $5::text[])
    as i(id, attempt, status, result, error)
  where e.id = i.id and e.attempt = i.attempt and e.status = 'running' and e.worker = $6 and e.incarnation = $7
  returning e.id, e.attempt, e.status, e.error
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = d.status, error = d.error
  from ended d where a.execution = d.id and a.attempt = d.attempt
)
select id, attempt from ended`;

/**
 * The yardstick: the same rows with `pg` alone, as one who knows PostgreSQL would write them for this case. A
 * statement per verb, prepared by name, one text for every batch size with arrays as parameters, one commit
 * per batch. Its plans are made once and never again, which is right only here, where the tables were filled
 * before. No reference is looked up, no lease checked, no retry or cancellation provided for, no order
 * promised.
 */
export function openByHand({ url, action, worker }: Ground, connections: number, answer: Answer): Contestant {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    options: '-c plan_cache_mode=force_generic_plan',
  });
  // A pool has ended before its connections have.
  pool.on('error', () => undefined);
  let sent = 0;
  const run = async (name: string, text: string, values: unknown[]): Promise<Attempt[]> => {
    sent += 1;
    const { rows } = await pool.query<{ id: string; attempt: number }>({ name, text, values });
    return rows.map(({ id, attempt }) => ({ id: Number(id), attempt }));
  };
  const insert = `${insertText} ${answer === 'rows' ? '*' : 'id'}`;
  return {
    insert: async (configs) => {
      const column = (value: unknown) => configs.map(() => value);
      const texts = configs.map((config) => JSON.stringify(config));
      const columns = [column(action.id), column(action.ref), column(action.version), texts, column(1)];
      return run('insert', insert, columns);
    },
    claim: (attempts) => run('claim', claimText, [...keys(attempts), worker.workerId, worker.incarnation]),
    finish: (attempts, result) => {
      const column = (value: unknown) => attempts.map(() => value);
      const outcome = [column('completed'), attempts.map(() => JSON.stringify(result)), column(null)];
      const values = [...keys(attempts), ...outcome, worker.workerId, worker.incarnation];
      return run('finish', finishText, values);
    },
    statements: () => Promise.resolve(sent),
    close: () => pool.end(),
  };
}

function keys(attempts: readonly Attempt[]): [number[], number[]] {
  return [attempts.map(({ id }) => id), attempts.map(({ attempt }) => attempt)];
}
