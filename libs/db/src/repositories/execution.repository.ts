import type { ExecutionStatus } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { allOf } from '../filter.js';
import type { Keyset, Page, PageRequest } from '../page.js';
import { byId, fetchPage } from '../page.js';
import type { ExecutionRow } from '../schema/index.js';
import type { Limited } from '../visible.js';
import { isVisible } from '../visible.js';
import { statement } from '../statement.js';
import { deleteWithConsequences, deletionStatement } from './deletion-statement.js';
import { executionConditions, executionLimits, isByCause } from './execution-filter.js';
import type { ExecutionFilter } from './execution-filter.js';

interface Cause {
  /** Of the enforcement at the top of the tree. */
  rule_ref: string | null;
  trigger_ref: string | null;
}

/** Parameters and results are not read for lists. */
export type ExecutionSummary = Omit<ExecutionRow, 'config' | 'env_vars' | 'result'> & Cause;

export type ExecutionDetail = ExecutionRow & Cause;

const causeColumns = ['enforcement.rule_ref as rule_ref', 'enforcement.trigger_ref as trigger_ref'] as const;

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
  'execution.start_deadline',
  'execution.deadline',
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
  const conditions = executionConditions(filter);
  if (isByCause(filter)) {
    const query = causedBy(db, filter).select(summaryColumns).where(conditions);
    // The compiler takes the alias and the table of that name for one.
    return fetchPage(query, byEnforcement, page) as Promise<Page<ExecutionSummary>>;
  }
  const query = withCause(db).select(summaryColumns).where(conditions);
  return fetchPage(query, byId('execution', filter.parent === undefined ? 'desc' : 'asc'), page);
}

/** By status, among the newest executions: as many as are looked at, however many there are. */
export async function countExecutions(
  db: Db,
  { newest, visible }: { newest: number } & Limited,
): Promise<{ status: ExecutionStatus; count: number }[]> {
  return db
    .selectFrom((from) =>
      from.selectFrom('execution').selectAll().orderBy('id', 'desc').limit(newest).as('execution'),
    )
    .select(['execution.status', sql<number>`count(*)::integer`.as('count')])
    .where(allOf(isVisible(visible, executionLimits)))
    .groupBy('execution.status')
    .execute();
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
