import type { Retry } from '@attune/domain';
import { MissingReferenceError } from '@attune/domain';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';

export interface NewExecution {
  /** Its id and present version are looked up by the insert. */
  action_ref: string;
  config?: Record<string, unknown> | null | undefined;
  env_vars?: Record<string, string> | null | undefined;
  /** Identity on whose behalf. */
  executor?: number | null | undefined;
  permission_set_refs?: readonly string[] | undefined;
  /** A second insert with the same key gives the row of the first. */
  idempotency_key?: string | undefined;
  priority?: number | undefined;
  /** null = the action's. */
  timeout_seconds?: number | null | undefined;
  /** null = the action's. */
  retry?: Retry | null | undefined;
  not_before?: Date | null | undefined;
  cause_event?: number | undefined;
  parent?: number | undefined;
  original_execution?: number | undefined;
  worker_selector?: Record<string, unknown> | null | undefined;
  worker_tolerations?: readonly unknown[] | null | undefined;
  worker_affinity?: Record<string, unknown> | null | undefined;
  workflow_task_name?: string | undefined;
  workflow_task_index?: number | undefined;
  workflow_task_iteration?: number | undefined;
}

type InsertOutcome =
  | (ExecutionRow & { ord: number; missing_field: null; missing_value: null })
  | { missing_field: 'action_ref' | 'parent'; missing_value: string };

/*
 * `on conflict do update` changes nothing: it returns the row that has the key, also one that was committed
 * a moment ago and that this statement's snapshot does not show.
 */
const insertStatement = statement<InsertOutcome>(
  'insert_executions',
  `with input as materialized (
  select i.*, a.id as action, p.root, p.depth
  from jsonb_to_recordset($1::jsonb) as i(
    ord integer, action_ref text, config jsonb, env_vars jsonb, executor bigint, permission_set_refs text[],
    idempotency_key text, priority integer, timeout_seconds integer, retry jsonb, not_before timestamptz,
    cause_event bigint, parent bigint, original_execution bigint, worker_selector jsonb,
    worker_tolerations jsonb, worker_affinity jsonb, workflow_task_name text, workflow_task_index integer,
    workflow_task_iteration integer
  )
  left join attune.action a on a.ref = i.action_ref
  left join attune.execution p on p.id = i.parent
), missing as materialized (
  select 'action_ref' as field, action_ref as value from input where action is null
  union all
  select 'parent', parent::text from input where parent is not null and root is null
), version as materialized (
  select a.action, v.id
  from (select distinct action, action_ref from input) a
  cross join lateral (
    select v.id from attune.definition_version v
    where v.entity_type = 'action' and v.entity_ref = a.action_ref
    order by v.version desc limit 1
  ) v
), numbered as materialized (
  select o.*, v.id as action_version, nextval('attune.execution_id_seq') as id
  from (select * from input where not exists (select from missing) order by ord) o
  left join version v on v.action = o.action
  order by o.ord
), requested as (
  insert into attune.execution as e (
    id, root, parent, depth, action, action_ref, action_version, config, env_vars, executor,
    permission_set_refs, idempotency_key, priority, timeout_seconds, retry, not_before, waiting_for,
    waiting_since, cause_event, original_execution, worker_selector, worker_tolerations, worker_affinity,
    workflow_task_name, workflow_task_index, workflow_task_iteration
  )
  overriding system value
  select id, coalesce(root, id), parent, coalesce(depth + 1, 0), action, action_ref, action_version, config,
    env_vars, executor, coalesce(permission_set_refs, '{}'), idempotency_key, coalesce(priority, 0),
    timeout_seconds, retry, not_before, case when not_before is not null then 'delay' end,
    case when not_before is not null then now() end, cause_event, original_execution, worker_selector,
    worker_tolerations, worker_affinity, workflow_task_name, workflow_task_index, workflow_task_iteration
  from (
    select distinct on (coalesce(idempotency_key, id::text), idempotency_key is null) * from numbered
    order by coalesce(idempotency_key, id::text), idempotency_key is null, ord
  ) once
  order by idempotency_key, id
  on conflict (idempotency_key) where idempotency_key is not null
    do update set idempotency_key = e.idempotency_key
  returning e.*
)
select r.*, n.ord, null as missing_field, null as missing_value
from numbered n
join requested r on case when n.idempotency_key is null then r.id = n.id else r.idempotency_key = n.idempotency_key end
union all
select e.*, 0, m.field, m.value from missing m left join attune.execution e on false
order by ord`,
);

/**
 * Requested, one statement, answers in input order; a child stands in the tree of its `parent`. An unknown
 * action or parent: MissingReferenceError, and nothing is written.
 */
export async function insertExecutions(db: Db, executions: readonly NewExecution[]): Promise<ExecutionRow[]> {
  if (executions.length === 0) return [];
  const input = toJson(executions.map((execution, ord) => ({ ord, ...execution })));
  const outcomes = await insertStatement.run(db, [input]);
  return outcomes.map((outcome) => {
    if (outcome.missing_field !== null) {
      throw new MissingReferenceError('execution', outcome.missing_field, outcome.missing_value);
    }
    const { ord: _ord, missing_field: _field, missing_value: _value, ...row } = outcome;
    return row;
  });
}
