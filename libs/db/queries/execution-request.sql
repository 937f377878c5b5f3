-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertExecutions
with input as materialized (
  select * from rows from (jsonb_to_recordset($1::jsonb) as (
    action_ref text, config jsonb, env_vars jsonb, executor bigint, permission_set_refs text[],
    idempotency_key text, priority integer, timeout_seconds integer, start_timeout_seconds integer,
    total_timeout_seconds integer, retry jsonb, not_before timestamptz,
    cause_event bigint, parent bigint, original_execution bigint, worker_selector jsonb,
    worker_tolerations jsonb, worker_affinity jsonb, workflow_task_name text, workflow_task_index integer,
    workflow_task_iteration integer
  )) with ordinality
), asked as materialized (
  select i.action_ref, a.id as action, a.start_timeout_seconds as start_timeout, a.total_timeout_seconds as total_timeout, (
    select v.id from attune.definition_version v
    where v.entity_type = 'action' and v.entity_ref = i.action_ref
    order by v.version desc limit 1
  ) as action_version
  from (select distinct action_ref from input) i
  left join attune.action a on a.ref = i.action_ref
), above as materialized (
  select i.parent, p.root, p.depth
  from (select distinct parent from input where parent is not null) i
  left join lateral (
    select root, depth from attune.execution
    where id = i.parent and status not in ('canceling', 'cancelled') limit 1 for share
  ) p on true
), missing as materialized (
  select 'action_ref' as field, action_ref as value from asked where action is null
  union all
  select 'parent', parent::text from above where root is null
), numbered as materialized (
  select o.*, nextval('attune.execution_id_seq') as id
  from (
    select i.*, a.action, a.action_version, p.root, p.depth,
      greatest(i.not_before, now()) + coalesce(i.start_timeout_seconds, a.start_timeout) * interval '1 second' as start_deadline,
      greatest(i.not_before, now()) + coalesce(i.total_timeout_seconds, a.total_timeout) * interval '1 second' as deadline
    from input i
    join asked a on a.action_ref = i.action_ref
    left join above p on p.parent = i.parent
    where not exists (select from missing)
    order by i.ordinality
  ) o
), requested as (
  insert into attune.execution as e (
    id, root, parent, depth, action, action_ref, action_version, config, env_vars, executor,
    permission_set_refs, idempotency_key, priority, timeout_seconds, retry, not_before, start_deadline,
    deadline, waiting_for, waiting_since, cause_event, original_execution, worker_selector, worker_tolerations, worker_affinity,
    workflow_task_name, workflow_task_index, workflow_task_iteration
  )
  overriding system value
  select id, coalesce(root, id), parent, coalesce(depth + 1, 0), action, action_ref, action_version, config,
    env_vars, executor, coalesce(permission_set_refs, '{}'), idempotency_key, coalesce(priority, 0),
    timeout_seconds, retry, not_before, start_deadline, deadline, case when not_before is not null then 'delay' end,
    case when not_before is not null then now() end, cause_event, original_execution, worker_selector,
    worker_tolerations, worker_affinity, workflow_task_name, workflow_task_index, workflow_task_iteration
  from numbered
  returning id, created, root, depth, action, action_version, start_deadline, deadline
)
select r.*, m.field as missing_field, m.value as missing_value
from (select) one left join missing m on true left join requested r on true;

-- insertExecutions (with a key)
with input as materialized (
  select * from rows from (jsonb_to_recordset($1::jsonb) as (
    action_ref text, config jsonb, env_vars jsonb, executor bigint, permission_set_refs text[],
    idempotency_key text, priority integer, timeout_seconds integer, start_timeout_seconds integer,
    total_timeout_seconds integer, retry jsonb, not_before timestamptz,
    cause_event bigint, parent bigint, original_execution bigint, worker_selector jsonb,
    worker_tolerations jsonb, worker_affinity jsonb, workflow_task_name text, workflow_task_index integer,
    workflow_task_iteration integer
  )) with ordinality
), asked as materialized (
  select i.action_ref, a.id as action, a.start_timeout_seconds as start_timeout, a.total_timeout_seconds as total_timeout, (
    select v.id from attune.definition_version v
    where v.entity_type = 'action' and v.entity_ref = i.action_ref
    order by v.version desc limit 1
  ) as action_version
  from (select distinct action_ref from input) i
  left join attune.action a on a.ref = i.action_ref
), above as materialized (
  select i.parent, p.root, p.depth
  from (select distinct parent from input where parent is not null) i
  left join lateral (
    select root, depth from attune.execution
    where id = i.parent and status not in ('canceling', 'cancelled') limit 1 for share
  ) p on true
), missing as materialized (
  select 'action_ref' as field, action_ref as value from asked where action is null
  union all
  select 'parent', parent::text from above where root is null
), numbered as materialized (
  select o.*, nextval('attune.execution_id_seq') as id
  from (
    select i.*, a.action, a.action_version, p.root, p.depth,
      greatest(i.not_before, now()) + coalesce(i.start_timeout_seconds, a.start_timeout) * interval '1 second' as start_deadline,
      greatest(i.not_before, now()) + coalesce(i.total_timeout_seconds, a.total_timeout) * interval '1 second' as deadline
    from input i
    join asked a on a.action_ref = i.action_ref
    left join above p on p.parent = i.parent
    where not exists (select from missing)
    order by i.ordinality
  ) o
), requested as (
  insert into attune.execution as e (
    id, root, parent, depth, action, action_ref, action_version, config, env_vars, executor,
    permission_set_refs, idempotency_key, priority, timeout_seconds, retry, not_before, start_deadline,
    deadline, waiting_for, waiting_since, cause_event, original_execution, worker_selector, worker_tolerations, worker_affinity,
    workflow_task_name, workflow_task_index, workflow_task_iteration
  )
  overriding system value
  select id, coalesce(root, id), parent, coalesce(depth + 1, 0), action, action_ref, action_version, config,
    env_vars, executor, coalesce(permission_set_refs, '{}'), idempotency_key, coalesce(priority, 0),
    timeout_seconds, retry, not_before, start_deadline, deadline, case when not_before is not null then 'delay' end,
    case when not_before is not null then now() end, cause_event, original_execution, worker_selector,
    worker_tolerations, worker_affinity, workflow_task_name, workflow_task_index, workflow_task_iteration
  from (
    select distinct on (coalesce(idempotency_key, id::text), idempotency_key is null) * from numbered
    order by coalesce(idempotency_key, id::text), idempotency_key is null, ordinality
  ) once
  order by idempotency_key, id
  on conflict (idempotency_key) where idempotency_key is not null
    do update set idempotency_key = e.idempotency_key
  returning *
)
select r.*, m.field as missing_field, m.value as missing_value
from (select) one left join missing m on true left join requested r on true;
