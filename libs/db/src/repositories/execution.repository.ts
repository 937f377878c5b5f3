import type { ExecutionStatus } from '@attune/domain';
import { isTerminalExecution, NotFoundError } from '@attune/domain';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { allOf, between, equals, isSet, matchesRef, oneOf } from '../filter.js';
import type { Keyset, Page, PageRequest } from '../page.js';
import { byId, fetchPage } from '../page.js';
import type { ExecutionRow } from '../schema/index.js';
import type { LimitColumns, Limited } from '../visible.js';
import { isVisible } from '../visible.js';
import { statement } from '../statement.js';
import { deleteWithConsequences, deletionStatement } from './deletion-statement.js';

interface Cause {
  /** Of the enforcement at the top of the tree. */
  rule_ref: string | null;
  trigger_ref: string | null;
}

/** Parameters and results are not read for lists. */
export type ExecutionSummary = Omit<ExecutionRow, 'config' | 'env_vars' | 'result'> & Cause;

export type ExecutionDetail = ExecutionRow & Cause;

export interface ExecutionFilter extends Limited {
  status?: ExecutionStatus | readonly ExecutionStatus[] | undefined;
  /** `*` is a wildcard, here and in other refs. */
  action_ref?: string | undefined;
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  /** The execution that this enforcement got. */
  enforcement?: number | undefined;
  /** An event: the executions that its enforcements got. */
  cause_event?: number | undefined;
  /** Identity on whose behalf. */
  executor?: number | undefined;
  /** What it has in hand, not what it has done. */
  worker?: number | undefined;
  parent?: number | undefined;
  /** The whole tree below, without the top itself. */
  root?: number | undefined;
  top_level_only?: boolean | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

const causeColumns = ['enforcement.rule_ref as rule_ref', 'enforcement.trigger_ref as trigger_ref'] as const;

const limits: LimitColumns = {
  id: 'execution.id',
  ref: 'execution.action_ref',
  componentRef: 'execution.action_ref',
  owner: 'execution.executor',
  execution: 'execution.id',
};

const byEnforcement: Keyset = {
  columns: [
    { name: 'enforcement.id', type: 'int8' },
    { name: 'execution.id', type: 'int8' },
  ],
  direction: 'desc',
};

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
  'execution.failure',
  'execution.error',
  'execution.announced_at',
  'execution.announcements',
] as const;

const ancestorsStatement = statement<{ id: number }>(
  'list_execution_ancestors',
  `with recursive above (id, parent, depth) as (
  select p.id, p.parent, p.depth
  from attune.execution e join attune.execution p on p.id = e.parent where e.id = $1::bigint
  union all
  select p.id, p.parent, p.depth from above join attune.execution p on p.id = above.parent
)
select id from above order by depth desc`,
);

const deleteStatement = deletionStatement('delete_execution', {
  events: 'select id, status from attune.event where false',
  enforcements: `select f.id, f.status from attune.execution t join attune.enforcement f on f.id = t.enforcement
  where t.id = $1::bigint for update of f`,
  executions: 'select id, root from attune.execution where id = $1::bigint for update',
});

export async function findExecution(db: Db, id: number): Promise<ExecutionDetail | undefined> {
  return withCause(db).selectAll('execution').where('execution.id', '=', id).executeTakeFirst();
}

export async function getExecution(db: Db, id: number): Promise<ExecutionDetail> {
  const row = await findExecution(db, id);
  if (row === undefined) throw new NotFoundError('execution', 'id', id);
  return row;
}

/**
 * Newest first; children (`parent` given) in the order they were made. By a cause, trees are in the order of
 * their enforcements: that is the index they are found by, however many there are.
 */
export async function listExecutions(
  db: Db,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<Page<ExecutionSummary>> {
  const conditions = conditionsOf(filter);
  if (isByCause(filter)) {
    const query = causedBy(db, filter).select(summaryColumns).where(conditions);
    // The compiler takes the alias and the table of that name for one.
    return fetchPage(query, byEnforcement, page) as Promise<Page<ExecutionSummary>>;
  }
  const query = withCause(db).select(summaryColumns).where(conditions);
  return fetchPage(query, byId('execution', filter.parent === undefined ? 'desc' : 'asc'), page);
}

/** Ids of the executions above one, from its parent to the top of the tree; empty at the top. */
export async function listExecutionAncestors(db: Db, id: number): Promise<number[]> {
  const rows = await ancestorsStatement.run(db, [id]);
  return rows.map((row) => row.id);
}

/**
 * The top of a tree with all that is below it, their attempts, history and logs, and the enforcement that it
 * came from, as if the rule had not matched. InvalidStateError for a part of a tree, and while any of it is under way.
 */
export async function deleteExecution(db: Db, id: number): Promise<boolean> {
  return deleteWithConsequences(db, deleteStatement, { entity: 'execution', id });
}

function isByCause({ enforcement, cause_event, rule_ref, trigger_ref }: ExecutionFilter): boolean {
  return [enforcement, cause_event, rule_ref, trigger_ref].some((cause) => cause !== undefined);
}

/** With the enforcement that caused the tree: that of the execution itself, or of its top. */
function withCause(db: Db) {
  return db
    .selectFrom('execution')
    .leftJoin('execution as top', (join) =>
      join.onRef('top.id', '=', 'execution.root').on('execution.parent', 'is not', null),
    )
    .leftJoin('enforcement', (join) =>
      join.on('enforcement.id', '=', sql<number>`coalesce(execution.enforcement, top.enforcement)`),
    )
    .select(causeColumns);
}

/** From the enforcement to the execution it names and, unless only tops are asked for, to the tree below. */
function causedBy(db: Db, { enforcement, cause_event, top_level_only }: ExecutionFilter) {
  const topsOnly = top_level_only === true || enforcement !== undefined || cause_event !== undefined;
  return db
    .selectFrom('enforcement')
    .innerJoinLateral(
      ({ selectFrom }) => {
        const top = selectFrom('execution').selectAll().whereRef('id', '=', 'enforcement.execution');
        const below = selectFrom('execution')
          .selectAll()
          .whereRef('root', '=', 'enforcement.execution')
          .where('parent', 'is not', null);
        return (topsOnly ? top : top.unionAll(below)).as('execution');
      },
      (join) => join.onTrue(),
    )
    .select(causeColumns);
}

function conditionsOf(filter: ExecutionFilter): RawBuilder<boolean> {
  const statuses = typeof filter.status === 'string' ? [filter.status] : filter.status;
  return allOf(
    hasStatus(statuses),
    matchesRef('execution.action_ref', filter.action_ref),
    matchesRef('enforcement.rule_ref', filter.rule_ref),
    matchesRef('enforcement.trigger_ref', filter.trigger_ref),
    equals('enforcement.id', filter.enforcement),
    equals('enforcement.event', filter.cause_event),
    equals('execution.executor', filter.executor),
    equals('execution.worker', filter.worker),
    filter.worker === undefined ? undefined : isSet('execution.announced_at', true),
    equals('execution.parent', filter.parent),
    equals('execution.root', filter.root),
    filter.root === undefined ? undefined : isSet('execution.parent', true),
    filter.top_level_only === true ? isSet('execution.parent', false) : undefined,
    between('execution.created', filter.created_after, filter.created_before),
    isVisible(filter.visible, limits),
  );
}

/** The status itself has no index (see migration 0005): what stands for it has. */
function hasStatus(statuses: readonly ExecutionStatus[] | undefined): Condition {
  const type = 'attune.execution_status_enum';
  if (statuses === undefined) return undefined;
  const [status] = statuses;
  if (statuses.length === 1 && status !== undefined && isFailure(status)) {
    return sql<boolean>`execution.failure = ${status}::${sql.raw(type)}`;
  }
  const active = statuses.every((status) => !isTerminalExecution(status));
  return allOf(
    oneOf('execution.status', statuses, type),
    active ? isSet('execution.announced_at', true) : undefined,
  );
}

function isFailure(status: ExecutionStatus): boolean {
  return isTerminalExecution(status) && status !== 'completed';
}
