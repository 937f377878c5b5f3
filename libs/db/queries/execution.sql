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

-- listExecutions
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."failure", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
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
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "execution"."id", "execution"."created", "execution"."updated", "execution"."status", "execution"."attempt", "execution"."action", "execution"."action_ref", "execution"."action_version", "execution"."executor", "execution"."permission_set_refs", "execution"."enforcement", "execution"."cause_event", "execution"."parent", "execution"."root", "execution"."depth", "execution"."original_execution", "execution"."idempotency_key", "execution"."priority", "execution"."timeout_seconds", "execution"."retry", "execution"."worker_selector", "execution"."worker_tolerations", "execution"."worker_affinity", "execution"."artifact_retention_policy", "execution"."artifact_retention_limit", "execution"."workflow_task_name", "execution"."workflow_task_index", "execution"."workflow_task_iteration", "execution"."not_before", "execution"."waiting_for", "execution"."waiting_detail", "execution"."waiting_since", "execution"."dispatch_queue", "execution"."waiting_queue", "execution"."worker", "execution"."incarnation", "execution"."scheduled_at", "execution"."started_at", "execution"."finished_at", "execution"."settled_at", "execution"."failure", "execution"."error", "execution"."announced_at", "execution"."announcements", array["attune"."enforcement"."id"::text, "execution"."id"::text] as "page_key"
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
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "execution"."id", "execution"."created", "execution"."updated", "execution"."status", "execution"."attempt", "execution"."action", "execution"."action_ref", "execution"."action_version", "execution"."executor", "execution"."permission_set_refs", "execution"."enforcement", "execution"."cause_event", "execution"."parent", "execution"."root", "execution"."depth", "execution"."original_execution", "execution"."idempotency_key", "execution"."priority", "execution"."timeout_seconds", "execution"."retry", "execution"."worker_selector", "execution"."worker_tolerations", "execution"."worker_affinity", "execution"."artifact_retention_policy", "execution"."artifact_retention_limit", "execution"."workflow_task_name", "execution"."workflow_task_index", "execution"."workflow_task_iteration", "execution"."not_before", "execution"."waiting_for", "execution"."waiting_detail", "execution"."waiting_since", "execution"."dispatch_queue", "execution"."waiting_queue", "execution"."worker", "execution"."incarnation", "execution"."scheduled_at", "execution"."started_at", "execution"."finished_at", "execution"."settled_at", "execution"."failure", "execution"."error", "execution"."announced_at", "execution"."announcements", array["attune"."enforcement"."id"::text, "execution"."id"::text] as "page_key"
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
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."failure", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."parent" = $1 and ("attune"."execution"."id") > ($2::int8)
order by "attune"."execution"."id" asc
limit $3;
