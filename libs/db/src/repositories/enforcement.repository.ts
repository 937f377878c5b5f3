import type { EnforcementStatus } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { between, equals, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byId } from '../page.js';
import type { EnforcementRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf } from '../table.js';
import type { LimitColumns } from '../visible.js';
import { deleteWithConsequences, deletionStatement } from './deletion-statement.js';
import { enforcedColumns, enforcedTimeouts, requestEnforced } from './enforcement-statement.js';
import { enforcementInput } from './new-enforcement.js';
import type { NewEnforcement } from './new-enforcement.js';

export type { Disabled, EnforcedExecution, NewEnforcement } from './new-enforcement.js';

export interface Evaluations {
  /** The epoch of the rule set that the decisions were made on. */
  epoch: number;
  evaluations: readonly { event_id: number; matched: number }[];
  enforcements: readonly NewEnforcement[];
}

export interface CreatedEnforcement {
  event_id: number;
  rule_id: number;
  enforcement_id: number;
  /** Of `processed`. */
  execution_id: number | null;
  status: EnforcementStatus;
}

export type CommittedEvaluations = { stale: true } | { stale: false; created: CreatedEnforcement[] };

/** With what is read from the event, the rule version and the execution. */
export interface EnforcementDetail extends EnforcementRow {
  payload: unknown;
  conditions: unknown;
}

export type EnforcementSummary = Omit<EnforcementRow, 'config'>;

export interface EnforcementFilter {
  event?: number | undefined;
  /** Id, also of a rule that is gone. */
  rule?: number | undefined;
  /** `*` is a wildcard, here and in other refs. */
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  status?: EnforcementRow['status'] | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

type CommitOutcome = { stale: boolean } & {
  [Name in keyof CreatedEnforcement]: CreatedEnforcement[Name] | null;
};

const summaryColumns = [
  'id',
  'created',
  'event',
  'rule',
  'rule_ref',
  'rule_version',
  'trigger_ref',
  'status',
  'execution',
  'condition',
  'reason_code',
  'reason_detail',
  'resolved_at',
  'waiting_for',
  'due_at',
] as const;

/** An enforcement belongs to the pack of its rule. */
export const enforcementLimits: LimitColumns = {
  id: 'enforcement.id',
  ref: 'enforcement.rule_ref',
  componentRef: 'enforcement.rule_ref',
};

/*
 * The update of the events is the gate: of two deliveries the second waits for it, finds them evaluated, and
 * what follows from that update is nothing. So the unique key (event, rule) is never met. Ids of executions
 * are drawn first because their enforcement and their own `root` name them.
 */
const commitStatement = statement<CommitOutcome>(
  'commit_evaluations',
  `with epoch as materialized (
  select from attune.definition_epoch where epoch = $1::bigint
), input as materialized (
  select distinct on (event_id) event_id, matched
  from jsonb_to_recordset($2::jsonb) as i(event_id bigint, matched integer) order by event_id
), evaluated as (
  update attune.event e set status = 'evaluated', evaluated_at = now(), matched = i.matched, announced_at = null
  from input i where e.id = i.event_id and e.status = 'pending' and exists (select from epoch)
  returning e.id, e.trigger_ref
), decided as materialized (
  select d.*, e.trigger_ref, r.ref as rule_ref, a.ref as action_ref, ${enforcedTimeouts},
    case when a.ref is not null then nextval('attune.execution_id_seq') end as execution_id
  from (
    select distinct on (event_id, rule_id) * from jsonb_to_recordset($3::jsonb) as d(
      event_id bigint, rule_id bigint, rule_version bigint, reason_code text, reason_detail text,
      waiting_for text, due_at timestamptz,
      ${enforcedColumns}
    )
    order by event_id, rule_id
  ) d
  join evaluated e on e.id = d.event_id
  join attune.rule r on r.id = d.rule_id
  left join attune.action a on a.id = d.action_id
), enforced as (
  insert into attune.enforcement (
    event, rule, rule_version, rule_ref, trigger_ref, status, execution, reason_code, reason_detail, config,
    resolved_at, waiting_for, due_at
  )
  select event_id, rule_id, rule_version, rule_ref, trigger_ref,
    (case when action_id is not null then 'processed' when reason_code is not null then 'disabled'
      else 'created' end)::attune.enforcement_status_enum,
    execution_id, reason_code, reason_detail, case when action_id is null then config end,
    case when action_id is not null or reason_code is not null then now() end, waiting_for, due_at
  from decided order by event_id, rule_id
  returning id, event, rule, execution, status
), requested as (
  ${requestEnforced({ enforced: 'enforced', decided: 'decided', on: 'd.execution_id = f.execution' })}
)
select not exists (select from epoch) as stale,
  f.event as event_id, f.rule as rule_id, f.id as enforcement_id, f.execution as execution_id, f.status
from (select) one
left join enforced f on true
order by f.id`,
  { keepPlan: true },
);

const deleteStatement = deletionStatement('delete_enforcement', {
  events: 'select id, status from attune.event where false',
  enforcements: 'select id, status, execution from attune.enforcement where id = $1::bigint for update',
  executions: 'select t.id, t.root from attune.execution t join f on f.execution = t.id',
});

/**
 * Writes the outcome of a batch in ONE statement: enforcements, their executions, events evaluated. Nothing
 * is written when definitions changed since `epoch` (`stale`: load the rules and decide again). Events
 * evaluated before contribute nothing, so a second delivery is harmless.
 */
export async function commitEvaluations(db: Db, batch: Evaluations): Promise<CommittedEvaluations> {
  const enforcements = batch.enforcements.map(enforcementInput);
  const rows = await commitStatement.run(db, [batch.epoch, toJson(batch.evaluations), toJson(enforcements)]);
  if (rows[0]?.stale !== false) return { stale: true };
  const created = rows.flatMap(({ stale: _stale, ...row }) => (isCreated(row) ? [row] : []));
  return { stale: false, created };
}

export async function findEnforcement(db: Db, id: number): Promise<EnforcementDetail | undefined> {
  return db
    .selectFrom('enforcement')
    .leftJoin('execution', 'execution.id', 'enforcement.execution')
    .leftJoin('event', 'event.id', 'enforcement.event')
    .leftJoin('definition_version', 'definition_version.id', 'enforcement.rule_version')
    .select(summaryColumns.map((column) => `enforcement.${column}` as const))
    .select(({ fn, ref }) => [
      fn.coalesce('enforcement.config', 'execution.config').as('config'),
      'event.payload as payload',
      ref('definition_version.content', '->').key('conditions').as('conditions'),
    ])
    .where('enforcement.id', '=', id)
    .executeTakeFirst();
}

export async function getEnforcement(db: Db, id: number): Promise<EnforcementDetail> {
  const row = await findEnforcement(db, id);
  if (row === undefined) throw new NotFoundError('enforcement', 'id', id);
  return row;
}

/** Newest first. */
export const listEnforcements = listOf<EnforcementSummary, EnforcementFilter>('enforcement', {
  order: byId('enforcement'),
  limits: enforcementLimits,
  columns: summaryColumns,
  conditions: (filter) => [
    equals('enforcement.event', filter.event),
    ofRule(filter.rule),
    matchesRef('enforcement.rule_ref', filter.rule_ref),
    matchesRef('enforcement.trigger_ref', filter.trigger_ref),
    hasStatus(filter.status),
    between('enforcement.created', filter.created_after, filter.created_before),
  ],
});

/** With its execution; the event then has one match less. InvalidStateError while it is under way. */
export async function deleteEnforcement(db: Db, id: number): Promise<boolean> {
  return deleteWithConsequences(db, deleteStatement, { entity: 'enforcement', id });
}

/** Through the refs that the id had: there is an index of those. */
function ofRule(rule: number | undefined): Condition {
  if (rule === undefined) return undefined;
  return sql<boolean>`enforcement.rule = ${rule} and enforcement.rule_ref = any(array(
    select v.entity_ref from attune.definition_version v where v.entity_type = 'rule' and v.entity = ${rule}))`;
}

/** Written out, so that the partial indexes of the rarer states fit. */
function hasStatus(status: EnforcementRow['status'] | undefined): Condition {
  return status === undefined ? undefined : sql<boolean>`enforcement.status = ${sql.lit(status)}`;
}

/** Where nothing was written the statement still says whether the epoch was stale. */
function isCreated(row: { enforcement_id: number | null }): row is CreatedEnforcement {
  return row.enforcement_id !== null;
}
