-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- traceAbove
with recursive above (level, kind, id) as (
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
order by a.level desc;

-- traceBelow
with recursive below (level, kind, id, cause_kind, cause) as (
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
select kind, id, cause_kind, cause from below offset 1 limit $4::integer;

-- loadTracedRows
select "id", "trigger_ref", "source_ref", "rule_ref", "status", "created", "evaluated_at", "matched", (
    select max(d.id) from attune.webhook_delivery d
    where d.trigger = event.trigger and d.created = event.created and d.event = event.id) as "delivery" from "attune"."event" where "attune"."event"."id" = any($1::int8[]);

select "id", "rule_ref", "status", "created", "resolved_at", "reason_code", "reason_detail"
from "attune"."enforcement"
where "attune"."enforcement"."id" = any($1::int8[]);

select "id", "action_ref", "status", "attempt", "workflow_task_name", "original_execution", "created", "scheduled_at", "started_at", "finished_at"
from "attune"."execution"
where "attune"."execution"."id" = any($1::int8[]);
