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
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."status" = any($1::attune.execution_status_enum[]) and "attune"."execution"."action_ref" like $2 and "attune"."enforcement"."rule_ref" = $3 and "attune"."enforcement"."trigger_ref" = $4 and execution.id = (select f.execution
from attune.enforcement f
where f.id = $5) and execution.id in (select f.execution
from attune.enforcement f
where f.event = $6) and "attune"."execution"."announced_at" is not null and "attune"."execution"."executor" = $7 and "attune"."execution"."worker" = $8 and "attune"."execution"."root" = $9 and "attune"."execution"."parent" is not null and "attune"."execution"."parent" is null and "attune"."execution"."created" >= $10 and "attune"."execution"."created" < $11
order by "attune"."execution"."id" desc
limit $12;

select count(*) as "total"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."status" = any($1::attune.execution_status_enum[]) and "attune"."execution"."action_ref" like $2 and "attune"."enforcement"."rule_ref" = $3 and "attune"."enforcement"."trigger_ref" = $4 and execution.id = (select f.execution
from attune.enforcement f
where f.id = $5) and execution.id in (select f.execution
from attune.enforcement f
where f.event = $6) and "attune"."execution"."announced_at" is not null and "attune"."execution"."executor" = $7 and "attune"."execution"."worker" = $8 and "attune"."execution"."root" = $9 and "attune"."execution"."parent" is not null and "attune"."execution"."parent" is null and "attune"."execution"."created" >= $10 and "attune"."execution"."created" < $11;

-- listExecutions (children)
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."parent" = $1 and ("attune"."execution"."id") > ($2::int8)
order by "attune"."execution"."id" asc
limit $3;
