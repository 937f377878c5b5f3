-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findExecution
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution".*
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."id" = $1;

-- getExecution
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution".*
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."id" = $1;

-- countExecutions
select "execution"."status", count(*)::integer as "count"
from (select *
from "attune"."execution"
order by "id" desc
limit $1) as "execution"
where true group by "execution"."status";

-- listExecutionAncestors
with recursive above (id, parent, depth) as (
  select p.id, p.parent, p.depth
  from attune.execution e join attune.execution p on p.id = e.parent where e.id = $1::bigint
  union all
  select p.id, p.parent, p.depth from above join attune.execution p on p.id = above.parent
)
select id from above order by depth desc;

-- deleteExecution
with e as materialized (select id, status from attune.event where false
), f as materialized (select f.id, f.status from attune.execution t join attune.enforcement f on f.id = t.enforcement
  where t.id = $1::bigint for update of f
), x as materialized (select id, root from attune.execution where id = $1::bigint for update
), tree as materialized (
  select t.id, t.settled_at from attune.execution t where t.id in (select id from x)
  union all
  select t.id, t.settled_at from x join attune.execution t on t.root = x.id and t.parent is not null
), hindrance as materialized (
  select 'event ' || id || ' is not evaluated yet' as text from e where status = 'pending'
  union all
  select 'enforcement ' || id || ' is not decided yet' from f where status = 'created'
  union all
  select 'execution ' || id || ' is not settled yet' from tree where settled_at is null
  union all
  select 'execution ' || id || ' is part of execution ' || root from x where root <> id
  limit 1
), gone as materialized (
  select id from tree where not exists (select from hindrance)
), attempts as (
  delete from attune.execution_attempt a using gone g where a.execution = g.id
), history as (
  delete from attune.execution_history h using gone g where h.execution = g.id
), logs as (
  delete from attune.execution_log l using gone g where l.execution = g.id
), gone_executions as (
  delete from attune.execution t using gone g where t.id = g.id
), gone_enforcements as (
  delete from attune.enforcement n using f where n.id = f.id and not exists (select from hindrance)
  returning n.event
), gone_events as (
  delete from attune.event v using e where v.id = e.id and not exists (select from hindrance)
), fewer_matches as (
  update attune.event v set matched = v.matched - m.count
  from (select event, count(*)::integer as count from gone_enforcements group by event) m
  where v.id = m.event and v.id not in (select id from e) and v.matched is not null
)
select exists (select from e union all select from f union all select from x) as found,
  (select text from hindrance) as hindrance;

-- listExecutions
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."start_deadline", "attune"."execution"."deadline", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."failure", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."status" = any($1::attune.execution_status_enum[]) and "attune"."execution"."announced_at" is not null and "attune"."execution"."action_ref" like $2 and "attune"."execution"."executor" = $3 and "attune"."execution"."worker" = $4 and "attune"."execution"."announced_at" is not null and "attune"."execution"."root" = $5 and "attune"."execution"."parent" is not null and "attune"."execution"."parent" is null and "attune"."execution"."created" >= $6 and "attune"."execution"."created" < $7
order by "attune"."execution"."id" desc
limit $8;

select count(*) as "total"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."status" = any($1::attune.execution_status_enum[]) and "attune"."execution"."announced_at" is not null and "attune"."execution"."action_ref" like $2 and "attune"."execution"."executor" = $3 and "attune"."execution"."worker" = $4 and "attune"."execution"."announced_at" is not null and "attune"."execution"."root" = $5 and "attune"."execution"."parent" is not null and "attune"."execution"."parent" is null and "attune"."execution"."created" >= $6 and "attune"."execution"."created" < $7;

-- listExecutions (by cause)
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "execution"."id", "execution"."created", "execution"."updated", "execution"."status", "execution"."attempt", "execution"."action", "execution"."action_ref", "execution"."action_version", "execution"."executor", "execution"."permission_set_refs", "execution"."enforcement", "execution"."cause_event", "execution"."parent", "execution"."root", "execution"."depth", "execution"."original_execution", "execution"."idempotency_key", "execution"."priority", "execution"."timeout_seconds", "execution"."retry", "execution"."worker_selector", "execution"."worker_tolerations", "execution"."worker_affinity", "execution"."artifact_retention_policy", "execution"."artifact_retention_limit", "execution"."workflow_task_name", "execution"."workflow_task_index", "execution"."workflow_task_iteration", "execution"."not_before", "execution"."start_deadline", "execution"."deadline", "execution"."waiting_for", "execution"."waiting_detail", "execution"."waiting_since", "execution"."dispatch_queue", "execution"."waiting_queue", "execution"."worker", "execution"."incarnation", "execution"."scheduled_at", "execution"."started_at", "execution"."finished_at", "execution"."settled_at", "execution"."failure", "execution"."error", "execution"."announced_at", "execution"."announcements", array["attune"."enforcement"."id"::text, "execution"."id"::text] as "page_key"
from "attune"."enforcement"
inner join lateral (select *
from "attune"."execution"
where "id" = "attune"."enforcement"."execution") as "execution" on true
where execution.failure = $1::attune.execution_status_enum and "attune"."enforcement"."rule_ref" = $2 and "attune"."enforcement"."trigger_ref" like $3 and "attune"."enforcement"."id" = $4 and "attune"."enforcement"."event" = $5
order by "attune"."enforcement"."id" desc, "execution"."id" desc
limit $6;

select count(*) as "total"
from "attune"."enforcement"
inner join lateral (select *
from "attune"."execution"
where "id" = "attune"."enforcement"."execution") as "execution" on true
where execution.failure = $1::attune.execution_status_enum and "attune"."enforcement"."rule_ref" = $2 and "attune"."enforcement"."trigger_ref" like $3 and "attune"."enforcement"."id" = $4 and "attune"."enforcement"."event" = $5;

-- listExecutions (trees by cause)
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "execution"."id", "execution"."created", "execution"."updated", "execution"."status", "execution"."attempt", "execution"."action", "execution"."action_ref", "execution"."action_version", "execution"."executor", "execution"."permission_set_refs", "execution"."enforcement", "execution"."cause_event", "execution"."parent", "execution"."root", "execution"."depth", "execution"."original_execution", "execution"."idempotency_key", "execution"."priority", "execution"."timeout_seconds", "execution"."retry", "execution"."worker_selector", "execution"."worker_tolerations", "execution"."worker_affinity", "execution"."artifact_retention_policy", "execution"."artifact_retention_limit", "execution"."workflow_task_name", "execution"."workflow_task_index", "execution"."workflow_task_iteration", "execution"."not_before", "execution"."start_deadline", "execution"."deadline", "execution"."waiting_for", "execution"."waiting_detail", "execution"."waiting_since", "execution"."dispatch_queue", "execution"."waiting_queue", "execution"."worker", "execution"."incarnation", "execution"."scheduled_at", "execution"."started_at", "execution"."finished_at", "execution"."settled_at", "execution"."failure", "execution"."error", "execution"."announced_at", "execution"."announcements", array["attune"."enforcement"."id"::text, "execution"."id"::text] as "page_key"
from "attune"."enforcement"
inner join lateral (select *
from "attune"."execution"
where "id" = "attune"."enforcement"."execution"
union all select *
from "attune"."execution"
where "root" = "attune"."enforcement"."execution" and "parent" is not null) as "execution" on true
where "attune"."enforcement"."rule_ref" = $1 and "attune"."enforcement"."id" <= $2::int8 and ("attune"."enforcement"."id", "execution"."id") < ($3::int8, $4::int8)
order by "attune"."enforcement"."id" desc, "execution"."id" desc
limit $5;

-- listExecutions (children)
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."start_deadline", "attune"."execution"."deadline", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."failure", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."parent" = $1 and ("attune"."execution"."id") > ($2::int8)
order by "attune"."execution"."id" asc
limit $3;
