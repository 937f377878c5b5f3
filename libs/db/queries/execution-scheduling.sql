-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- loadRequestedExecutions
select e.id, e.attempt, e.action, e.action_ref, e.action_version, e.config, e.executor, e.priority, e.root, e.parent,
  e.worker_selector, e.worker_tolerations, e.worker_affinity, e.waiting_for, case when row_number() over (partition by e.action_version order by e.id) = 1
    then (select v.content from attune.definition_version v where v.id = e.action_version)
  end as action_snapshot,
  (select epoch from attune.definition_epoch) as epoch
from unnest($1::bigint[]) as i(id)
cross join lateral (select * from attune.execution e where e.id = i.id and e.status = 'requested' and (e.not_before is null or e.not_before <= now())
  and e.waiting_for is distinct from 'pause' limit 1) e
order by e.id;

-- scheduleExecutions
with input as materialized (
  select distinct on (id) id, dispatch_queue
  from jsonb_to_recordset($1::jsonb) as i(id bigint, dispatch_queue text) order by id
), scheduled as (
  update attune.execution e set status = 'scheduled', scheduled_at = now(), updated = now(),
    dispatch_queue = i.dispatch_queue, not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from input i where e.id = i.id and e.status = 'requested' and (e.not_before is null or e.not_before <= now())
  and e.waiting_for is distinct from 'pause'
  returning e.id, e.attempt, e.dispatch_queue
), history as (
  insert into attune.execution_history (execution, attempt, to_status)
  select id, attempt, 'scheduled' from scheduled
)
select id, attempt, dispatch_queue from scheduled order by id;

-- deferExecutions
with input as materialized (
  select distinct on (id) id, waiting_for, detail, dispatch_queue
  from jsonb_to_recordset($1::jsonb) as i(id bigint, waiting_for text, detail text, dispatch_queue text)
  order by id
)
update attune.execution e set waiting_for = i.waiting_for, waiting_detail = i.detail,
  waiting_since = case when e.waiting_for = i.waiting_for then e.waiting_since else now() end,
  waiting_queue = i.dispatch_queue, updated = now()
from input i where e.id = i.id and e.status = 'requested' and (e.not_before is null or e.not_before <= now())
  and e.waiting_for is distinct from 'pause'
returning e.id;

-- refuseExecutions
with input as materialized (
  select distinct on (id) id, error
  from jsonb_to_recordset($1::jsonb) as i(id bigint, error text) order by id
), refused as (
  update attune.execution e set status = 'failed', finished_at = now(), updated = now(), error = i.error,
    not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from input i where e.id = i.id and e.status in ('requested', 'scheduled')
  returning e.id, e.attempt, e.error
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, 'failed', error from refused
)
select id, attempt from refused order by id;
