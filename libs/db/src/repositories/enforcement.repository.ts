import type { DisabledReason, Retry } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import type { Db } from '../database.js';
import { allOf, equals, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { byId, fetchPage } from '../page.js';
import type { EnforcementRow } from '../schema/index.js';
import { statement } from '../statement.js';

/** The execution an accepted enforcement gets. Action and version are those of the rule set it was decided on. */
export interface EnforcedExecution {
  action_id: number;
  action_version: number;
  config: Record<string, unknown>;
  permission_set_refs?: readonly string[] | undefined;
  /** The rule's owner: on whose behalf it runs. */
  executor?: number | null | undefined;
  priority?: number | undefined;
  /** null = the action's. */
  timeout_seconds?: number | null | undefined;
  /** null = the action's. */
  retry?: Retry | null | undefined;
  not_before?: Date | null | undefined;
}

interface Match {
  event_id: number;
  rule_id: number;
  rule_version: number;
}

/** Why a match gets no execution. */
export interface Disabled {
  code: DisabledReason;
  detail: string;
  /** The resolved parameters, as far as they are known. */
  config?: Record<string, unknown> | undefined;
}

/** A match: either it gets an execution, or it is disabled and says why. */
export type NewEnforcement =
  | (Match & { execution: EnforcedExecution; disabled?: undefined })
  | (Match & { disabled: Disabled; execution?: undefined });

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
  /** null = disabled. */
  execution_id: number | null;
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
  rule?: number | undefined;
  /** `*` is a wildcard, here and in other refs. */
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  status?: EnforcementRow['status'] | undefined;
}

type CommitOutcome = { stale: boolean } & {
  [Name in keyof CreatedEnforcement]: CreatedEnforcement[Name] | null;
};

const summaryColumns = [
  'enforcement.id',
  'enforcement.created',
  'enforcement.event',
  'enforcement.rule',
  'enforcement.rule_ref',
  'enforcement.rule_version',
  'enforcement.trigger_ref',
  'enforcement.status',
  'enforcement.execution',
  'enforcement.condition',
  'enforcement.reason_code',
  'enforcement.reason_detail',
  'enforcement.resolved_at',
] as const;

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
  select d.*, e.trigger_ref, r.ref as rule_ref, a.ref as action_ref,
    case when a.ref is not null then nextval('attune.execution_id_seq') end as execution_id
  from (
    select distinct on (event_id, rule_id) * from jsonb_to_recordset($3::jsonb) as d(
      event_id bigint, rule_id bigint, rule_version bigint, reason_code text, reason_detail text, config jsonb,
      action_id bigint, action_version bigint, permission_set_refs text[], executor bigint, priority integer,
      timeout_seconds integer, retry jsonb, not_before timestamptz
    )
    order by event_id, rule_id
  ) d
  join evaluated e on e.id = d.event_id
  join attune.rule r on r.id = d.rule_id
  left join attune.action a on a.id = d.action_id
), enforced as (
  insert into attune.enforcement (
    event, rule, rule_version, rule_ref, trigger_ref, status, execution, reason_code, reason_detail, config,
    resolved_at
  )
  select event_id, rule_id, rule_version, rule_ref, trigger_ref,
    (case when execution_id is null then 'disabled' else 'processed' end)::attune.enforcement_status_enum,
    execution_id, reason_code, reason_detail, case when execution_id is null then config end, now()
  from decided order by event_id, rule_id
  returning id, event, rule, execution
), requested as (
  insert into attune.execution (
    id, root, enforcement, cause_event, action, action_version, action_ref, config, permission_set_refs,
    executor, priority, timeout_seconds, retry, not_before, waiting_for, waiting_since
  )
  overriding system value
  select f.execution, f.execution, f.id, f.event, d.action_id, d.action_version, d.action_ref, d.config,
    coalesce(d.permission_set_refs, '{}'), d.executor, coalesce(d.priority, 0), d.timeout_seconds, d.retry,
    d.not_before, case when d.not_before is not null then 'delay' end,
    case when d.not_before is not null then now() end
  from enforced f join decided d on d.execution_id = f.execution
  order by f.execution
)
select not exists (select from epoch) as stale,
  f.event as event_id, f.rule as rule_id, f.id as enforcement_id, f.execution as execution_id
from (select) one
left join enforced f on true
order by f.id`,
  { keepPlan: true },
);

/**
 * Writes the outcome of a batch in ONE statement: enforcements, their executions, events evaluated. Nothing
 * is written when definitions changed since `epoch` (`stale`: load the rules and decide again). Events
 * evaluated before contribute nothing, so a second delivery is harmless.
 */
export async function commitEvaluations(db: Db, batch: Evaluations): Promise<CommittedEvaluations> {
  const enforcements = batch.enforcements.map(toInput);
  const rows = await commitStatement.run(db, [batch.epoch, toJson(batch.evaluations), toJson(enforcements)]);
  if (rows[0]?.stale !== false) return { stale: true };
  const created = rows.flatMap(({ event_id, rule_id, enforcement_id, execution_id }) =>
    event_id === null || rule_id === null || enforcement_id === null
      ? []
      : [{ event_id, rule_id, enforcement_id, execution_id }],
  );
  return { stale: false, created };
}

export async function findEnforcement(db: Db, id: number): Promise<EnforcementDetail | undefined> {
  return db
    .selectFrom('enforcement')
    .leftJoin('execution', 'execution.id', 'enforcement.execution')
    .leftJoin('event', 'event.id', 'enforcement.event')
    .leftJoin('definition_version', 'definition_version.id', 'enforcement.rule_version')
    .select(summaryColumns)
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
export async function listEnforcements(
  db: Db,
  filter: EnforcementFilter,
  page: PageRequest,
): Promise<Page<EnforcementSummary>> {
  const conditions = allOf(
    equals('enforcement.event', filter.event),
    equals('enforcement.rule', filter.rule),
    matchesRef('enforcement.rule_ref', filter.rule_ref),
    matchesRef('enforcement.trigger_ref', filter.trigger_ref),
    equals('enforcement.status', filter.status),
  );
  const query = db.selectFrom('enforcement').select(summaryColumns).where(conditions);
  return fetchPage(query, byId('enforcement'), page);
}

/** One flat record per enforcement: with an action it gets an execution, with a reason it is disabled. */
function toInput({ execution, disabled, ...match }: NewEnforcement): object {
  if (execution !== undefined) return { ...match, ...execution };
  return { ...match, reason_code: disabled.code, reason_detail: disabled.detail, config: disabled.config };
}
