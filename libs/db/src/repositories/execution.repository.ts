import type { ExecutionStatus, Retry } from '@attune/domain';
import { MissingReferenceError, NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { allOf, between, equals, isSet, matchesRef, oneOf } from '../filter.js';
import { toJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { byId, fetchPage } from '../page.js';
import type { ExecutionAttemptRow, ExecutionRow } from '../schema/index.js';
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

interface Cause {
  /** Of the enforcement at the top of the tree. */
  rule_ref: string | null;
  trigger_ref: string | null;
}

/** Parameters and results are not read for lists. */
export type ExecutionSummary = Omit<ExecutionRow, 'config' | 'env_vars' | 'result'> & Cause;

export type ExecutionDetail = ExecutionRow & Cause;

/** A transition of an execution. */
export interface ExecutionStep {
  at: Date;
  /** That was under way; of `requested` the one that ended. */
  attempt: number;
  from_status: ExecutionStatus;
  to_status: ExecutionStatus;
  /** That the attempt was given to. */
  worker: number | null;
  detail: string | null;
}

export interface ExecutionFilter {
  status?: ExecutionStatus | readonly ExecutionStatus[] | undefined;
  /** `*` is a wildcard, here and in other refs. */
  action_ref?: string | undefined;
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  enforcement?: number | undefined;
  cause_event?: number | undefined;
  executor?: number | undefined;
  worker?: number | undefined;
  parent?: number | undefined;
  /** The whole tree below, without the top itself. */
  root?: number | undefined;
  top_level_only?: boolean | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

type InsertOutcome =
  | (ExecutionRow & { ord: number; missing_field: null; missing_value: null })
  | { missing_field: 'action_ref' | 'parent'; missing_value: string };

const summaryColumns = [
  'execution.id',
  'execution.created',
  'execution.updated',
  'execution.status',
  'execution.attempt',
  'execution.action',
  'execution.action_ref',
  'execution.action_version',
  'execution.executor',
  'execution.permission_set_refs',
  'execution.enforcement',
  'execution.cause_event',
  'execution.parent',
  'execution.root',
  'execution.depth',
  'execution.original_execution',
  'execution.idempotency_key',
  'execution.priority',
  'execution.timeout_seconds',
  'execution.retry',
  'execution.worker_selector',
  'execution.worker_tolerations',
  'execution.worker_affinity',
  'execution.artifact_retention_policy',
  'execution.artifact_retention_limit',
  'execution.workflow_task_name',
  'execution.workflow_task_index',
  'execution.workflow_task_iteration',
  'execution.not_before',
  'execution.waiting_for',
  'execution.waiting_detail',
  'execution.waiting_since',
  'execution.dispatch_queue',
  'execution.waiting_queue',
  'execution.worker',
  'execution.incarnation',
  'execution.scheduled_at',
  'execution.started_at',
  'execution.finished_at',
  'execution.settled_at',
  'execution.error',
  'execution.announced_at',
  'execution.announcements',
] as const;

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
  join version v on v.action = o.action
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

/* The claim and the end of an attempt are in its own row (see execution_history). */
const historyStatement = statement<ExecutionStep>(
  'list_execution_history',
  `with step as (
  select h.at, h.attempt, h.to_status, null::bigint as worker, h.detail
  from attune.execution_history h where h.execution = $1::bigint
  union all
  select a.started_at, a.attempt, 'running', a.worker, null
  from attune.execution_attempt a where a.execution = $1::bigint
  union all
  select a.finished_at, a.attempt, case when e.attempt > a.attempt then 'requested' else a.outcome end,
    a.worker, a.error
  from attune.execution_attempt a join attune.execution e on e.id = a.execution
  where a.execution = $1::bigint and a.finished_at is not null
)
select at, attempt, lag(to_status, 1, 'requested') over life as from_status, to_status, worker, detail
from step
window life as (order by at, attempt, to_status = 'requested', to_status)
order by at, attempt, to_status = 'requested', to_status`,
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

export async function findExecution(db: Db, id: number): Promise<ExecutionDetail | undefined> {
  return selectExecutions(db).selectAll('execution').where('execution.id', '=', id).executeTakeFirst();
}

export async function getExecution(db: Db, id: number): Promise<ExecutionDetail> {
  const row = await findExecution(db, id);
  if (row === undefined) throw new NotFoundError('execution', 'id', id);
  return row;
}

/** Newest first; children (`parent` given) in the order they were made. */
export async function listExecutions(
  db: Db,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<Page<ExecutionSummary>> {
  const statuses = typeof filter.status === 'string' ? [filter.status] : filter.status;
  const conditions = allOf(
    oneOf('execution.status', statuses, 'attune.execution_status_enum'),
    matchesRef('execution.action_ref', filter.action_ref),
    matchesRef('enforcement.rule_ref', filter.rule_ref),
    matchesRef('enforcement.trigger_ref', filter.trigger_ref),
    ofEnforcement(filter.enforcement),
    equals('execution.cause_event', filter.cause_event),
    equals('execution.executor', filter.executor),
    equals('execution.worker', filter.worker),
    equals('execution.parent', filter.parent),
    filter.root === undefined
      ? undefined
      : allOf(equals('execution.root', filter.root), isSet('execution.parent', true)),
    filter.top_level_only === true ? isSet('execution.parent', false) : undefined,
    between('execution.created', filter.created_after, filter.created_before),
  );
  const query = selectExecutions(db).select(summaryColumns).where(conditions);
  return fetchPage(query, byId('execution', filter.parent === undefined ? 'desc' : 'asc'), page);
}

/** In order. */
export async function listAttempts(db: Db, executionId: number): Promise<ExecutionAttemptRow[]> {
  return db
    .selectFrom('execution_attempt')
    .selectAll()
    .where('execution', '=', executionId)
    .orderBy('attempt')
    .execute();
}

/** All transitions in order. The first state is not among them: it is as old as the execution. */
export async function listExecutionHistory(db: Db, executionId: number): Promise<ExecutionStep[]> {
  return historyStatement.run(db, [executionId]);
}

/** With the enforcement that caused the tree: that of the execution itself, or of its top. */
function selectExecutions(db: Db) {
  return db
    .selectFrom('execution')
    .leftJoin('execution as top', (join) =>
      join.onRef('top.id', '=', 'execution.root').on('execution.parent', 'is not', null),
    )
    .leftJoin('enforcement', (join) =>
      join.on('enforcement.id', '=', sql<number>`coalesce(execution.enforcement, top.enforcement)`),
    )
    .select(['enforcement.rule_ref as rule_ref', 'enforcement.trigger_ref as trigger_ref']);
}

/** The enforcement names its execution; the other direction has no index. */
function ofEnforcement(enforcement: number | undefined): Condition {
  if (enforcement === undefined) return undefined;
  return sql<boolean>`execution.id = (select f.execution from attune.enforcement f where f.id = ${enforcement})`;
}
