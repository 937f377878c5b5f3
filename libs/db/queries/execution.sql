-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertExecutions
with input as materialized (
  select i.*, a.id as action, p.root, p.depth
  from jsonb_to_recordset($1::jsonb) as i(
    ord integer, action_ref text, config jsonb, env_vars jsonb, executor bigint, permission_set_refs text[],
    idempotency_key text, priority integer, timeout_seconds integer, retry jsonb, not_before timestamptz,
    cause_event bigint, parent bigint, original_execution bigint, worker_selector jsonb,
    worker_tolerations jsonb, worker_affinity jsonb, workflow_task_name text, workflow_task_index integer,
    workflow_task_iteration integer
  )
  left join attune.action a on a.ref = i.action_ref
  left join attune.execution p on p.id = i.parent
), missing as materialized (
  select 'action_ref' as field, action_ref as value from input where action is null
  union all
  select 'parent', parent::text from input where parent is not null and root is null
), version as materialized (
  select a.action, v.id
  from (select distinct action, action_ref from input) a
  cross join lateral (
    select v.id from attune.definition_version v
    where v.entity_type = 'action' and v.entity_ref = a.action_ref
    order by v.version desc limit 1
  ) v
), numbered as materialized (
  select o.*, v.id as action_version, nextval('attune.execution_id_seq') as id
  from (select * from input where not exists (select from missing) order by ord) o
  join version v on v.action = o.action
  order by o.ord
), requested as (
  insert into attune.execution as e (
    id, root, parent, depth, action, action_ref, action_version, config, env_vars, executor,
    permission_set_refs, idempotency_key, priority, timeout_seconds, retry, not_before, waiting_for,
    waiting_since, cause_event, original_execution, worker_selector, worker_tolerations, worker_affinity,
    workflow_task_name, workflow_task_index, workflow_task_iteration
  )
  overriding system value
  select id, coalesce(root, id), parent, coalesce(depth + 1, 0), action, action_ref, action_version, config,
    env_vars, executor, coalesce(permission_set_refs, '{}'), idempotency_key, coalesce(priority, 0),
    timeout_seconds, retry, not_before, case when not_before is not null then 'delay' end,
    case when not_before is not null then now() end, cause_event, original_execution, worker_selector,
    worker_tolerations, worker_affinity, workflow_task_name, workflow_task_index, workflow_task_iteration
  from (
    select distinct on (coalesce(idempotency_key, id::text), idempotency_key is null) * from numbered
    order by coalesce(idempotency_key, id::text), idempotency_key is null, ord
  ) once
  order by idempotency_key, id
  on conflict (idempotency_key) where idempotency_key is not null
    do update set idempotency_key = e.idempotency_key
  returning e.*
)
select r.*, n.ord, null as missing_field, null as missing_value
from numbered n
join requested r on case when n.idempotency_key is null then r.id = n.id else r.idempotency_key = n.idempotency_key end
union all
select e.*, 0, m.field, m.value from missing m left join attune.execution e on false
order by ord;

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
where f.id = $5) and "attune"."execution"."cause_event" = $6 and "attune"."execution"."executor" = $7 and "attune"."execution"."worker" = $8 and "attune"."execution"."root" = $9 and "attune"."execution"."parent" is not null and "attune"."execution"."parent" is null and "attune"."execution"."created" >= $10 and "attune"."execution"."created" < $11
order by "attune"."execution"."id" desc
limit $12;

select count(*) as "total"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."status" = any($1::attune.execution_status_enum[]) and "attune"."execution"."action_ref" like $2 and "attune"."enforcement"."rule_ref" = $3 and "attune"."enforcement"."trigger_ref" = $4 and execution.id = (select f.execution
from attune.enforcement f
where f.id = $5) and "attune"."execution"."cause_event" = $6 and "attune"."execution"."executor" = $7 and "attune"."execution"."worker" = $8 and "attune"."execution"."root" = $9 and "attune"."execution"."parent" is not null and "attune"."execution"."parent" is null and "attune"."execution"."created" >= $10 and "attune"."execution"."created" < $11;

-- listExecutions (children)
select "attune"."enforcement"."rule_ref" as "rule_ref", "attune"."enforcement"."trigger_ref" as "trigger_ref", "attune"."execution"."id", "attune"."execution"."created", "attune"."execution"."updated", "attune"."execution"."status", "attune"."execution"."attempt", "attune"."execution"."action", "attune"."execution"."action_ref", "attune"."execution"."action_version", "attune"."execution"."executor", "attune"."execution"."permission_set_refs", "attune"."execution"."enforcement", "attune"."execution"."cause_event", "attune"."execution"."parent", "attune"."execution"."root", "attune"."execution"."depth", "attune"."execution"."original_execution", "attune"."execution"."idempotency_key", "attune"."execution"."priority", "attune"."execution"."timeout_seconds", "attune"."execution"."retry", "attune"."execution"."worker_selector", "attune"."execution"."worker_tolerations", "attune"."execution"."worker_affinity", "attune"."execution"."artifact_retention_policy", "attune"."execution"."artifact_retention_limit", "attune"."execution"."workflow_task_name", "attune"."execution"."workflow_task_index", "attune"."execution"."workflow_task_iteration", "attune"."execution"."not_before", "attune"."execution"."waiting_for", "attune"."execution"."waiting_detail", "attune"."execution"."waiting_since", "attune"."execution"."dispatch_queue", "attune"."execution"."waiting_queue", "attune"."execution"."worker", "attune"."execution"."incarnation", "attune"."execution"."scheduled_at", "attune"."execution"."started_at", "attune"."execution"."finished_at", "attune"."execution"."settled_at", "attune"."execution"."error", "attune"."execution"."announced_at", "attune"."execution"."announcements", array["attune"."execution"."id"::text] as "page_key"
from "attune"."execution"
left join "attune"."execution" as "top" on "top"."id" = "attune"."execution"."root" and "attune"."execution"."parent" is not null
left join "attune"."enforcement" on "attune"."enforcement"."id" = coalesce(execution.enforcement, top.enforcement)
where "attune"."execution"."parent" = $1 and ("attune"."execution"."id") > ($2::int8)
order by "attune"."execution"."id" asc
limit $3;

-- listAttempts
select *
from "attune"."execution_attempt"
where "execution" = $1
order by "attempt";

-- listExecutionHistory
with step as (
  select h.at, h.attempt, h.to_status, null::bigint as worker, h.detail
  from attune.execution_history h where h.execution = $1::bigint
  union all
  select a.started_at, a.attempt, 'running', a.worker, null
  from attune.execution_attempt a where a.execution = $1::bigint
  union all
  select a.finished_at, a.attempt, case when e.attempt > a.attempt then 'requested' else a.outcome end,
    a.worker, a.error
  from attune.execution_attempt a join attune.execution e on e.id = a.execution
  where a.execution = $1::bigint and a.finished_at is not null
)
select at, attempt, lag(to_status, 1, 'requested') over life as from_status, to_status, worker, detail
from step
window life as (order by at, attempt, to_status = 'requested', to_status)
order by at, attempt, to_status = 'requested', to_status;
