import type { Db } from './database.js';
import { statement } from './statement.js';

export interface LedgerCounts {
  events_accepted: number;
  events_evaluated: number;
  events_pending: number;
  matches: number;
  enforcements: number;
  enforcements_processed: number;
  enforcements_disabled: number;
  /** Not decided yet. */
  enforcements_pending: number;
  /** Executions that an enforcement of the window got. */
  executions_enforced: number;
  executions: number;
  attempts_started: number;
  attempts_finished: number;
  attempts_running: number;
  attempts_lost: number;
  executions_finished: number;
  executions_settled: number;
  executions_to_settle: number;
  slots_held: number;
  timers_due: number;
}

export interface LedgerImbalance {
  /** The equation that does not hold. */
  check: string;
  message: string;
  /** The first 100 rows concerned. */
  ids: number[];
}

export interface Ledger {
  /** Later than asked for where retention may have removed what is older. */
  since: Date | null;
  at: Date;
  balanced: boolean;
  counts: LedgerCounts;
  disabled_by_reason: Record<string, number>;
  imbalances: LedgerImbalance[];
}

/**
 * The counts of everything created since `since` (default: ever), in one snapshot. Every equation is checked row
 * by row as well: two errors that cancel out in the sums are still found.
 *
 * The window begins after the horizons of retention, for then each row in it has its partners. What is removed ended
 * before its horizon (an enforcement its `resolved_at`, an execution its `settled_at`), and nothing ends before it is
 * created. An enforcement comes after its event, and its execution is created as it is resolved, in one transaction. So
 * the partners of a row in the window ended, if at all, no earlier than the row was created.
 */
export async function ledger(db: Db, { since }: { since?: Date | undefined } = {}): Promise<Ledger> {
  const [row] = await ledgerStatement.run(db, [since ?? null]);
  if (row === undefined) throw new Error('the ledger statement gives one row');
  const { at, since: effective, disabled_by_reason, imbalances, ...counts } = row;
  const found = imbalances.map(({ check, ids }) => ({ check, message: describe(check, ids), ids }));
  return {
    since: effective,
    at,
    balanced: found.length === 0,
    counts,
    disabled_by_reason,
    imbalances: found,
  };
}

type LedgerRow = LedgerCounts & {
  at: Date;
  since: Date | null;
  disabled_by_reason: Record<string, number>;
  imbalances: { check: keyof typeof meanings; ids: number[] }[];
};

const meanings = {
  'matches = enforcements': 'events whose enforcements are not as many as the rules they matched',
  'enforcements = executions + disabled': 'accepted enforcements whose execution does not exist',
  'no execution without its cause': 'executions that their enforcement does not know',
  'attempts started = finished + running + lost': 'executions with an open attempt that nobody runs',
  'running executions hold an attempt': 'executions that a worker runs without an open attempt',
};

function describe(check: keyof typeof meanings, ids: readonly number[]): string {
  return `${meanings[check]}: ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', …' : ''}`;
}

/* The first part is for the planner, which knows nothing of the second. */
const inWindow = `($1::timestamptz is null or created >= $1)
  and created >= coalesce((select since from horizon), '-infinity')`;

const ledgerStatement = statement<LedgerRow>(
  'ledger',
  `with horizon as materialized (
  select greatest($1::timestamptz, max(horizon)) as since from attune.retention
  where target in ('event', 'enforcement', 'execution')
),
ev as (select * from attune.event where ${inWindow}),
en as (select * from attune.enforcement where ${inWindow}),
ex as (select * from attune.execution where ${inWindow}),
at as (select a.*, x.status, x.attempt as present from attune.execution_attempt a join ex x on x.id = a.execution),
ev_sum as (
  select count(*) as events_accepted, count(evaluated_at) as events_evaluated,
    count(*) filter (where evaluated_at is null) as events_pending, coalesce(sum(matched), 0)::bigint as matches
  from ev
),
en_sum as (
  select count(*) as enforcements, count(*) filter (where status = 'processed') as enforcements_processed,
    count(*) filter (where status = 'disabled') as enforcements_disabled,
    count(*) filter (where status = 'created') as enforcements_pending from en
),
ex_sum as (
  select count(enforcement) as executions_enforced, count(*) as executions,
    count(finished_at) as executions_finished, count(settled_at) as executions_settled,
    count(*) filter (where finished_at is not null and settled_at is null) as executions_to_settle from ex
),
at_sum as (
  select count(*) as attempts_started, count(*) filter (where outcome <> 'abandoned') as attempts_finished,
    count(*) filter (where outcome is null) as attempts_running,
    count(*) filter (where outcome = 'abandoned') as attempts_lost from at
),
wrong as (
  select 'matches = enforcements' as check, ev.id from ev
  where ev.evaluated_at is not null
    and ev.matched <> (select count(*) from attune.enforcement f where f.event = ev.id)
  union all
  select 'enforcements = executions + disabled', en.id from en
  where en.status = 'processed' and not exists (select from attune.execution x where x.id = en.execution)
  union all
  select 'no execution without its cause', ex.id from ex
  where ex.enforcement is not null
    and not exists (select from attune.enforcement f where f.id = ex.enforcement and f.execution = ex.id)
  union all
  select 'attempts started = finished + running + lost', at.execution from at
  where at.outcome is null and (at.status not in ('running', 'canceling') or at.present <> at.attempt)
  union all
  select 'running executions hold an attempt', ex.id from ex
  where ex.status in ('running', 'canceling') and ex.worker is not null and not exists (
    select from attune.execution_attempt a
    where a.execution = ex.id and a.attempt = ex.attempt and a.outcome is null)
)
select now() as at, (select since from horizon) as since, ev_sum.*, en_sum.*, ex_sum.*, at_sum.*,
  (select count(*) from attune.admission where status = 'active') as slots_held,
  (select count(*) from attune.timer where next_fire_at <= now()) as timers_due,
  (select coalesce(jsonb_object_agg(r.reason_code, r.n), '{}') from (
    select reason_code, count(*) as n from en where status = 'disabled' group by reason_code) r
  ) as disabled_by_reason,
  (select coalesce(jsonb_agg(jsonb_build_object('check', w.check, 'ids', w.ids) order by w.check), '[]') from (
    select n.check, jsonb_agg(n.id order by n.id) as ids from (
      select wrong.*, row_number() over (partition by wrong.check order by wrong.id) as place from wrong) n
    where n.place <= 100 group by n.check) w
  ) as imbalances
from ev_sum, en_sum, ex_sum, at_sum`,
);
