import type { ExecutionStatus } from '@attune/domain';
import { isTerminalExecution, NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { allOf, between, equals, isSet, matchesRef, oneOf } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byId, fetchPage } from '../page.js';
import type { ExecutionRow } from '../schema/index.js';

interface Cause {
  /** Of the enforcement at the top of the tree. */
  rule_ref: string | null;
  trigger_ref: string | null;
}

/** Parameters and results are not read for lists. */
export type ExecutionSummary = Omit<ExecutionRow, 'config' | 'env_vars' | 'result'> & Cause;

export type ExecutionDetail = ExecutionRow & Cause;

export interface ExecutionFilter {
  status?: ExecutionStatus | readonly ExecutionStatus[] | undefined;
  /** `*` is a wildcard, here and in other refs. */
  action_ref?: string | undefined;
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  enforcement?: number | undefined;
  /** An event: tops of the trees that its enforcements got. */
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
    causedBy(filter.cause_event),
    ofActiveStatus(statuses),
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

function causedBy(event: number | undefined): Condition {
  if (event === undefined) return undefined;
  return sql<boolean>`execution.id in (select f.execution from attune.enforcement f where f.event = ${event})`;
}

/** Executions in these states are few among all, and in the index of those that are not settled. */
function ofActiveStatus(statuses: readonly ExecutionStatus[] | undefined): Condition {
  const active = statuses?.every((status) => !isTerminalExecution(status)) === true;
  return active ? isSet('execution.announced_at', true) : undefined;
}
