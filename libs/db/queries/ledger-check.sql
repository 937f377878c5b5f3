-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- checkLedger
select now() - $2::double precision * interval '1 millisecond' as since,
  pg_try_advisory_xact_lock(hashtextextended('attune.ledger', 0)) and not exists (
    select from attune.ledger_check c where c.created > now() - $1::double precision * interval '1 millisecond'
  ) as turn;

select set_config('statement_timeout', $1, true);

with horizon as materialized (
  select greatest($1::timestamptz, max(horizon)) as since from attune.retention
  where target in ('event', 'enforcement', 'execution')
),
ev as (select * from attune.event where ($1::timestamptz is null or created >= $1)
  and created >= coalesce((select since from horizon), '-infinity')),
en as (select * from attune.enforcement where ($1::timestamptz is null or created >= $1)
  and created >= coalesce((select since from horizon), '-infinity')),
ex as (select * from attune.execution where ($1::timestamptz is null or created >= $1)
  and created >= coalesce((select since from horizon), '-infinity')),
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
from ev_sum, en_sum, ex_sum, at_sum;

insert into "attune"."ledger_check" ("window_from", "window_to", "balanced", "counts", "imbalances")
values ($1, $2, $3, $4, $5)
returning *;
