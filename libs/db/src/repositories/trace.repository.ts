import type { EnforcementStatus, EventStatus, ExecutionStatus, GrantFilter } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { allOf, oneOf } from '../filter.js';
import { statement } from '../statement.js';
import { isVisible } from '../visible.js';
import { enforcementLimits } from './enforcement.repository.js';
import { eventLimits } from './event.repository.js';
import { executionLimits } from './execution-filter.js';

/** What chains of causes are made of. */
export type TracedKind = 'event' | 'enforcement' | 'execution';

export interface Traced {
  kind: TracedKind;
  id: number;
}

/** A step of a chain: what it is, and what led to it. */
export interface TraceStep extends Traced {
  cause_kind: TracedKind | null;
  cause: number | null;
}

/** Rows that the caller may not see are not among them, and neither are rows that have been removed. */
export interface TracedRows {
  events: TracedEvent[];
  enforcements: TracedEnforcement[];
  executions: TracedExecution[];
}

export interface TracedEvent {
  id: number;
  trigger_ref: string;
  source_ref: string | null;
  rule_ref: string | null;
  status: EventStatus;
  created: Date;
  evaluated_at: Date | null;
  matched: number | null;
  /** Id of the webhook delivery that brought it. */
  delivery: number | null;
}

export interface TracedEnforcement {
  id: number;
  rule_ref: string;
  status: EnforcementStatus;
  created: Date;
  resolved_at: Date | null;
  reason_code: string | null;
  reason_detail: string | null;
}

export interface TracedExecution {
  id: number;
  action_ref: string;
  status: ExecutionStatus;
  attempt: number;
  workflow_task_name: string | null;
  original_execution: number | null;
  created: Date;
  scheduled_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export type TraceVisibility = Readonly<Record<TracedKind, GrantFilter>>;

const aboveStatement = statement<TraceStep>(
  'trace_above',
  `with recursive above (level, kind, id) as (
  select 0, $1::text, $2::bigint
  union all
  select a.level + 1, c.kind, c.id
  from above a
  cross join lateral (
    select case when e.parent is null then 'enforcement' else 'execution' end as kind,
      coalesce(e.parent, e.enforcement) as id
    from attune.execution e where a.kind = 'execution' and e.id = a.id
    union all
    select 'event', f.event from attune.enforcement f where a.kind = 'enforcement' and f.id = a.id
    union all
    select 'execution', v.cause_execution from attune.event v where a.kind = 'event' and v.id = a.id
  ) c
  where c.id is not null and a.level < $3::integer
)
select a.kind, a.id, c.kind as cause_kind, c.id as cause
from above a left join above c on c.level = a.level + 1
order by a.level desc`,
);

/* The limit is on what the recursion yields, level by level: it is not worked out further than is read. */
const belowStatement = statement<TraceStep>(
  'trace_below',
  `with recursive below (level, kind, id, cause_kind, cause) as (
  select 0, $1::text, $2::bigint, null::text, null::bigint
  union all
  select b.level + 1, n.kind, n.id, b.kind, b.id
  from below b
  cross join lateral (
    select 'enforcement' as kind, f.id from attune.enforcement f where b.kind = 'event' and f.event = b.id
    union all
    select 'execution', f.execution from attune.enforcement f
    where b.kind = 'enforcement' and f.id = b.id and f.execution is not null
    union all
    select 'execution', x.id from attune.execution x where b.kind = 'execution' and x.parent = b.id
    union all
    select 'event', v.id from attune.event v where b.kind = 'execution' and v.cause_execution = b.id
  ) n
  where b.level < $3::integer
)
select kind, id, cause_kind, cause from below offset 1 limit $4::integer`,
);

/** What led to it, from the first cause to itself, at most `depth` steps above it. */
export async function traceAbove(db: Db, { kind, id }: Traced, depth: number): Promise<TraceStep[]> {
  return aboveStatement.run(db, [kind, id, depth]);
}

/** What it led to, level by level, at most `depth` steps below it and `limit` in all. */
export async function traceBelow(
  db: Db,
  { kind, id }: Traced,
  { depth, limit }: { depth: number; limit: number },
): Promise<TraceStep[]> {
  return belowStatement.run(db, [kind, id, depth, limit]);
}

/** What there is to show of the steps of a chain. */
export async function loadTracedRows(
  db: Db,
  steps: readonly Traced[],
  visible: TraceVisibility,
): Promise<TracedRows> {
  const ids = (kind: TracedKind) => steps.filter((step) => step.kind === kind).map(({ id }) => id);
  return {
    events: await tracedEvents(db, ids('event'), visible.event),
    enforcements: await tracedEnforcements(db, ids('enforcement'), visible.enforcement),
    executions: await tracedExecutions(db, ids('execution'), visible.execution),
  };
}

async function tracedEvents(db: Db, ids: readonly number[], visible: GrantFilter): Promise<TracedEvent[]> {
  if (ids.length === 0) return [];
  // By trigger and time, for which deliveries have an index; a delivery is written with its event.
  const delivery = sql<number | null>`(
    select max(d.id) from attune.webhook_delivery d
    where d.trigger = event.trigger and d.created = event.created and d.event = event.id)`;
  return db
    .selectFrom('event')
    .select(['id', 'trigger_ref', 'source_ref', 'rule_ref', 'status', 'created', 'evaluated_at', 'matched'])
    .select(delivery.as('delivery'))
    .where(allOf(oneOf('event.id', ids.map(String), 'int8'), isVisible(visible, eventLimits)))
    .execute();
}

async function tracedEnforcements(
  db: Db,
  ids: readonly number[],
  visible: GrantFilter,
): Promise<TracedEnforcement[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('enforcement')
    .select(['id', 'rule_ref', 'status', 'created', 'resolved_at', 'reason_code', 'reason_detail'])
    .where(allOf(oneOf('enforcement.id', ids.map(String), 'int8'), isVisible(visible, enforcementLimits)))
    .execute();
}

async function tracedExecutions(
  db: Db,
  ids: readonly number[],
  visible: GrantFilter,
): Promise<TracedExecution[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('execution')
    .select(['id', 'action_ref', 'status', 'attempt', 'workflow_task_name', 'original_execution'])
    .select(['created', 'scheduled_at', 'started_at', 'finished_at'])
    .where(allOf(oneOf('execution.id', ids.map(String), 'int8'), isVisible(visible, executionLimits)))
    .execute();
}
