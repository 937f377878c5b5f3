-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- commitEvaluations
with epoch as materialized (
  select from attune.definition_epoch where epoch = $1::bigint
), input as materialized (
  select distinct on (event_id) event_id, matched
  from jsonb_to_recordset($2::jsonb) as i(event_id bigint, matched integer) order by event_id
), evaluated as (
  update attune.event e set status = 'evaluated', evaluated_at = now(), matched = i.matched, announced_at = null
  from input i where e.id = i.event_id and e.status = 'pending' and exists (select from epoch)
  returning e.id, e.trigger_ref
), decided as materialized (
  select d.*, e.trigger_ref, r.ref as rule_ref, a.ref as action_ref, coalesce(r.start_timeout_seconds, a.start_timeout_seconds) as start_timeout,
    coalesce(r.total_timeout_seconds, a.total_timeout_seconds) as total_timeout,
    case when a.ref is not null then nextval('attune.execution_id_seq') end as execution_id
  from (
    select distinct on (event_id, rule_id) * from jsonb_to_recordset($3::jsonb) as d(
      event_id bigint, rule_id bigint, rule_version bigint, reason_code text, reason_detail text,
      waiting_for text, due_at timestamptz,
      config jsonb, action_id bigint, action_version bigint, permission_set_refs text[],
      executor bigint, priority integer, timeout_seconds integer, retry jsonb, not_before timestamptz
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
  insert into attune.execution (
    id, root, enforcement, cause_event, action, action_version, action_ref, config, permission_set_refs,
    executor, priority, timeout_seconds, retry, not_before, start_deadline, deadline, waiting_for, waiting_since
  )
  overriding system value
  select f.execution, f.execution, f.id, f.event, d.action_id, d.action_version, d.action_ref, d.config,
    coalesce(d.permission_set_refs, '{}'), d.executor, coalesce(d.priority, 0), d.timeout_seconds, d.retry,
    d.not_before, greatest(d.not_before, now()) + coalesce(d.start_timeout) * interval '1 second',
    greatest(d.not_before, now()) + coalesce(d.total_timeout) * interval '1 second', case when d.not_before is not null then 'delay' end,
    case when d.not_before is not null then now() end
  from enforced f join decided d on d.execution_id = f.execution
  order by f.execution
)
select not exists (select from epoch) as stale,
  f.event as event_id, f.rule as rule_id, f.id as enforcement_id, f.execution as execution_id, f.status
from (select) one
left join enforced f on true
order by f.id;

-- findEnforcement
select "attune"."enforcement"."id", "attune"."enforcement"."created", "attune"."enforcement"."event", "attune"."enforcement"."rule", "attune"."enforcement"."rule_ref", "attune"."enforcement"."rule_version", "attune"."enforcement"."trigger_ref", "attune"."enforcement"."status", "attune"."enforcement"."execution", "attune"."enforcement"."condition", "attune"."enforcement"."reason_code", "attune"."enforcement"."reason_detail", "attune"."enforcement"."resolved_at", "attune"."enforcement"."waiting_for", "attune"."enforcement"."due_at", coalesce("attune"."enforcement"."config", "attune"."execution"."config") as "config", "attune"."event"."payload" as "payload", "attune"."definition_version"."content"->'conditions' as "conditions"
from "attune"."enforcement"
left join "attune"."execution" on "attune"."execution"."id" = "attune"."enforcement"."execution"
left join "attune"."event" on "attune"."event"."id" = "attune"."enforcement"."event"
left join "attune"."definition_version" on "attune"."definition_version"."id" = "attune"."enforcement"."rule_version"
where "attune"."enforcement"."id" = $1;

-- getEnforcement
select "attune"."enforcement"."id", "attune"."enforcement"."created", "attune"."enforcement"."event", "attune"."enforcement"."rule", "attune"."enforcement"."rule_ref", "attune"."enforcement"."rule_version", "attune"."enforcement"."trigger_ref", "attune"."enforcement"."status", "attune"."enforcement"."execution", "attune"."enforcement"."condition", "attune"."enforcement"."reason_code", "attune"."enforcement"."reason_detail", "attune"."enforcement"."resolved_at", "attune"."enforcement"."waiting_for", "attune"."enforcement"."due_at", coalesce("attune"."enforcement"."config", "attune"."execution"."config") as "config", "attune"."event"."payload" as "payload", "attune"."definition_version"."content"->'conditions' as "conditions"
from "attune"."enforcement"
left join "attune"."execution" on "attune"."execution"."id" = "attune"."enforcement"."execution"
left join "attune"."event" on "attune"."event"."id" = "attune"."enforcement"."event"
left join "attune"."definition_version" on "attune"."definition_version"."id" = "attune"."enforcement"."rule_version"
where "attune"."enforcement"."id" = $1;

-- deleteEnforcement
with e as materialized (select id, status from attune.event where false
), f as materialized (select id, status, execution from attune.enforcement where id = $1::bigint for update
), x as materialized (select t.id, t.root from attune.execution t join f on f.execution = t.id
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

-- listEnforcements
select "id", "created", "event", "rule", "rule_ref", "rule_version", "trigger_ref", "status", "execution", "condition", "reason_code", "reason_detail", "resolved_at", "waiting_for", "due_at", array["attune"."enforcement"."id"::text] as "page_key" from "attune"."enforcement" where "attune"."enforcement"."event" = $1 and enforcement.rule = $2 and enforcement.rule_ref = any(array(
    select v.entity_ref from attune.definition_version v where v.entity_type = 'rule' and v.entity = $3)) and "attune"."enforcement"."rule_ref" like $4 and "attune"."enforcement"."trigger_ref" = $5 and enforcement.status = 'processed' order by "attune"."enforcement"."id" desc limit $6;

select count(*) as "total" from "attune"."enforcement" where "attune"."enforcement"."event" = $1 and enforcement.rule = $2 and enforcement.rule_ref = any(array(
    select v.entity_ref from attune.definition_version v where v.entity_type = 'rule' and v.entity = $3)) and "attune"."enforcement"."rule_ref" like $4 and "attune"."enforcement"."trigger_ref" = $5 and enforcement.status = 'processed';
