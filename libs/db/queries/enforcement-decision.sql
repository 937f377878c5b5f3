-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- processEnforcements
with input as materialized (
  select distinct on (i.enforcement) i.*, a.ref as action_ref, coalesce(r.start_timeout_seconds, a.start_timeout_seconds) as start_timeout,
    coalesce(r.total_timeout_seconds, a.total_timeout_seconds) as total_timeout
  from jsonb_to_recordset($1::jsonb) as i(enforcement bigint, config jsonb, action_id bigint, action_version bigint, permission_set_refs text[],
      executor bigint, priority integer, timeout_seconds integer, retry jsonb, not_before timestamptz)
  join attune.action a on a.id = i.action_id
  join attune.enforcement m on m.id = i.enforcement
  left join attune.rule r on r.id = m.rule
  order by i.enforcement
), processed as (
  update attune.enforcement f set status = 'processed', execution = nextval('attune.execution_id_seq'),
    resolved_at = now(), waiting_for = null, due_at = null
  from input i where f.id = i.enforcement and f.status = 'created'
  returning f.*
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
  from processed f join input d on d.enforcement = f.id
  order by f.execution
)
select f.event as event_id, f.rule as rule_id, f.id as enforcement_id,
  f.execution as execution_id, f.status from processed f order by f.id;

-- disableEnforcements
with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(
    id bigint, code text, detail text, config jsonb
  )
  order by id
), disabled as (
  update attune.enforcement f set status = 'disabled', reason_code = i.code, reason_detail = i.detail,
    config = i.config, resolved_at = now(), waiting_for = null, due_at = null
  from input i where f.id = i.id and f.status = 'created'
  returning f.*
)
select f.event as event_id, f.rule as rule_id, f.id as enforcement_id,
  f.execution as execution_id, f.status from disabled f order by f.id;

-- supersedeEnforcements
with superseded as (
  update attune.enforcement f set status = 'disabled', reason_code = 'superseded', reason_detail = i.detail,
    resolved_at = now(), waiting_for = null, due_at = null
  from jsonb_to_recordset($1::jsonb) as i(event_id bigint, rule_id bigint, detail text)
  where f.event = i.event_id and f.rule = i.rule_id and f.status = 'created' and f.waiting_for = 'quiet'
  returning f.*
)
select f.event as event_id, f.rule as rule_id, f.id as enforcement_id,
  f.execution as execution_id, f.status from superseded f order by f.id;

-- releaseEnforcements
update attune.enforcement f set due_at = now(), reason_detail = null
where f.id = any($1::bigint[]) and f.status = 'created' and f.waiting_for = 'release' and f.due_at is null
returning f.id;

-- takeDueEnforcements
select f.id, f.event as event_id, f.rule as rule_id, f.rule_ref from attune.enforcement f
where f.due_at <= now() and f.status = 'created'
order by f.due_at limit $1::bigint for update skip locked;
