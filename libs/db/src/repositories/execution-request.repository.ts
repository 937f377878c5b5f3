import type { Retry } from '@attune/domain';
import { MissingReferenceError } from '@attune/domain';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { ExecutionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { deadlineOf } from './execution-statement.js';
import { requestedRow } from './requested-row.js';
import type { Addition, StoredRequest } from './requested-row.js';

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
  /** Until its first start, from when it is due; null = the action's. */
  start_timeout_seconds?: number | null | undefined;
  /** With all attempts and delays, from when it is due; null = the action's. */
  total_timeout_seconds?: number | null | undefined;
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

/** In every row of the answer; not null = the answer has nothing else. */
interface Lookup {
  missing_field: 'action_ref' | 'parent' | null;
  missing_value: string | null;
}

/* What is named is looked up once, however many name it. Ids are drawn in input order. */
const numbered = `with input as materialized (
  select * from rows from (jsonb_to_recordset($1::jsonb) as (
    action_ref text, config jsonb, env_vars jsonb, executor bigint, permission_set_refs text[],
    idempotency_key text, priority integer, timeout_seconds integer, start_timeout_seconds integer,
    total_timeout_seconds integer, retry jsonb, not_before timestamptz,
    cause_event bigint, parent bigint, original_execution bigint, worker_selector jsonb,
    worker_tolerations jsonb, worker_affinity jsonb, workflow_task_name text, workflow_task_index integer,
    workflow_task_iteration integer
  )) with ordinality
), asked as materialized (
  select i.action_ref, a.id as action, a.start_timeout_seconds as start_timeout, a.total_timeout_seconds as total_timeout, (
    select v.id from attune.definition_version v
    where v.entity_type = 'action' and v.entity_ref = i.action_ref
    order by v.version desc limit 1
  ) as action_version
  from (select distinct action_ref from input) i
  left join attune.action a on a.ref = i.action_ref
), above as materialized (
  select i.parent, p.root, p.depth
  from (select distinct parent from input where parent is not null) i
  left join lateral (
    select root, depth from attune.execution
    where id = i.parent and status not in ('canceling', 'cancelled') limit 1 for share
  ) p on true
), missing as materialized (
  select 'action_ref' as field, action_ref as value from asked where action is null
  union all
  select 'parent', parent::text from above where root is null
), numbered as materialized (
  select o.*, nextval('attune.execution_id_seq') as id
  from (
    select i.*, a.action, a.action_version, p.root, p.depth,
      ${deadlineOf({ dueAt: 'i.not_before', seconds: ['i.start_timeout_seconds', 'a.start_timeout'] })} as start_deadline,
      ${deadlineOf({ dueAt: 'i.not_before', seconds: ['i.total_timeout_seconds', 'a.total_timeout'] })} as deadline
    from input i
    join asked a on a.action_ref = i.action_ref
    left join above p on p.parent = i.parent
    where not exists (select from missing)
    order by i.ordinality
  ) o
)`;

function insertText(rows: string, answer: string): string {
  return `${numbered}, requested as (
  insert into attune.execution as e (
    id, root, parent, depth, action, action_ref, action_version, config, env_vars, executor,
    permission_set_refs, idempotency_key, priority, timeout_seconds, retry, not_before, start_deadline,
    deadline, waiting_for, waiting_since, cause_event, original_execution, worker_selector, worker_tolerations, worker_affinity,
    workflow_task_name, workflow_task_index, workflow_task_iteration
  )
  overriding system value
  select id, coalesce(root, id), parent, coalesce(depth + 1, 0), action, action_ref, action_version, config,
    env_vars, executor, coalesce(permission_set_refs, '{}'), idempotency_key, coalesce(priority, 0),
    timeout_seconds, retry, not_before, start_deadline, deadline, case when not_before is not null then 'delay' end,
    case when not_before is not null then now() end, cause_event, original_execution, worker_selector,
    worker_tolerations, worker_affinity, workflow_task_name, workflow_task_index, workflow_task_iteration
  from ${rows}
  returning ${answer}
)
select r.*, m.field as missing_field, m.value as missing_value
from (select) one left join missing m on true left join requested r on true`;
}

const insertStatement = statement<Addition & Lookup>(
  'insert_executions',
  insertText('numbered', 'id, created, root, depth, action, action_version, start_deadline, deadline'),
  { keepPlan: true },
);

/*
 * `on conflict do update` changes nothing: it returns the row that has the key, also one that was committed
 * a moment ago and that this statement's snapshot does not show. It costs every row a record in the log, those
 * without a key too, so it is for batches that have one.
 */
const ensureStatement = statement<ExecutionRow & Lookup>(
  'ensure_executions',
  insertText(
    `(
    select distinct on (coalesce(idempotency_key, id::text), idempotency_key is null) * from numbered
    order by coalesce(idempotency_key, id::text), idempotency_key is null, ordinality
  ) once
  order by idempotency_key, id
  on conflict (idempotency_key) where idempotency_key is not null
    do update set idempotency_key = e.idempotency_key`,
    '*',
  ),
  { keepPlan: true },
);

/**
 * Requested, one statement, answers in input order; a child stands in the tree of its `parent`. An unknown
 * action, a parent that is unknown or cancelled: MissingReferenceError, and nothing is written.
 */
export async function insertExecutions(db: Db, executions: readonly NewExecution[]): Promise<ExecutionRow[]> {
  if (executions.length === 0) return [];
  const input = toJson(executions);
  const requests = JSON.parse(input) as StoredRequest[];
  if (requests.some(hasKey)) {
    return inInputOrder(requests, checkFound(await ensureStatement.run(db, [input])));
  }
  const additions = checkFound(await insertStatement.run(db, [input])).toSorted((a, b) => a.id - b.id);
  return requests.flatMap((request, n) => {
    const addition = additions[n];
    return addition === undefined ? [] : requestedRow(request, addition);
  });
}

function hasKey(request: StoredRequest): request is StoredRequest & { idempotency_key: string } {
  return typeof request.idempotency_key === 'string';
}

function checkFound<Row extends Lookup>(rows: readonly Row[]): readonly Row[] {
  const [first] = rows;
  if (first === undefined || first.missing_field === null) return rows;
  throw new MissingReferenceError('execution', first.missing_field, String(first.missing_value));
}

/** Rows without a key have their ids in input order; those with a key may be older. */
function inInputOrder(
  requests: readonly StoredRequest[],
  rows: readonly (ExecutionRow & Lookup)[],
): ExecutionRow[] {
  const found = rows.map(({ missing_field: _field, missing_value: _value, ...row }) => row);
  const byKey = new Map(found.map((row) => [row.idempotency_key, row]));
  const others = found.filter((row) => row.idempotency_key === null).toSorted((a, b) => a.id - b.id);
  let next = 0;
  return requests.flatMap((request) => {
    return (hasKey(request) ? byKey.get(request.idempotency_key) : others[next++]) ?? [];
  });
}
