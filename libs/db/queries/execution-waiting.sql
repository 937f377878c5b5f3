-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- pauseExecutions
with target as materialized (
  select e.id from attune.execution e
  where e.id = any($1::bigint[]) and e.status = 'requested' and e.waiting_for is distinct from 'pause'
  order by e.id for no key update
)
update attune.execution e set waiting_for = 'pause', waiting_detail = $2::text, waiting_since = now(),
  waiting_queue = null, updated = now()
from target t where e.id = t.id
returning e.id;

-- resumeExecutions
with target as materialized (
  select e.id, e.not_before > now() as delayed from attune.execution e
  where e.id = any($1::bigint[]) and e.status = 'requested' and e.waiting_for = 'pause'
  order by e.id for no key update
)
update attune.execution e set not_before = case when t.delayed then e.not_before end,
  waiting_for = case when t.delayed then 'delay' end, waiting_since = case when t.delayed then now() end,
  waiting_detail = null, announced_at = case when t.delayed then e.not_before else now() end,
  announcements = 0, updated = now()
from target t where e.id = t.id
returning e.id;

-- startParkedExecutions
with input as materialized (
  select distinct on (id, attempt) *
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer, waiting_for text, detail text)
  order by id, attempt
), started as (
  update attune.execution e set status = 'running', started_at = now(), start_deadline = null, waiting_for = i.waiting_for, waiting_detail = i.detail, waiting_since = now(),
    updated = now(), announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from input i where e.id = i.id and e.attempt = i.attempt and e.status = 'scheduled'
    and coalesce(least(e.start_deadline, e.deadline) > now(), true)
  returning e.id, e.attempt
), attempts as (
  insert into attune.execution_attempt (execution, attempt) select id, attempt from started
)
select id, attempt from started order by id;

-- parkExecutions
with input as materialized (
  select distinct on (id, attempt) *
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer, waiting_for text, detail text)
  order by id, attempt
)
update attune.execution e set worker = null, incarnation = null, waiting_for = i.waiting_for, waiting_detail = i.detail, waiting_since = now(),
    updated = now(), announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
from input i
where e.id = i.id and e.attempt = i.attempt and e.status = 'running'
  and e.worker = $2::bigint and e.incarnation = $3::integer
returning e.id, e.attempt;

-- finishParkedExecutions
with input as materialized (
  select distinct on (id, attempt) id, attempt, status as outcome, result, error,
    case when status in ('failed', 'timeout') then not_before end as not_before
  from jsonb_to_recordset($1::jsonb) as i(
    id bigint, attempt integer, status attune.execution_status_enum, result jsonb, error text,
    not_before timestamptz
  )
  order by id, attempt
), ended as (
  update attune.execution e set
    status = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then 'requested' when i.outcome is not null then i.outcome
      when e.status = 'canceling' then 'cancelled' else 'abandoned' end,
    attempt = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then e.attempt + 1 else e.attempt end,
    updated = now(),
    finished_at = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then now() end,
    started_at = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then e.started_at end,
    scheduled_at = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then e.scheduled_at end,
    dispatch_queue = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then e.dispatch_queue end,
    worker = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then e.worker end,
    incarnation = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then e.incarnation end,
    result = case when not (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then i.result end,
    error = case when i.not_before is not null and e.status = 'running' and not coalesce(greatest(i.not_before, now()) < e.deadline, true)
      then concat_ws('; ', i.error, 'its total timeout leaves no time for another attempt') else i.error end,
    not_before = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then i.not_before end,
    waiting_for = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then 'retry' end,
    waiting_detail = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then i.error end,
    waiting_since = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then now() end,
    announcements = 0,
    announced_at = case when (i.not_before is not null and e.status = 'running' and coalesce(greatest(i.not_before, now()) < e.deadline, true)) then greatest(i.not_before, now())
      when e.announcements = 0 then e.announced_at else now() end
  from input i
  where e.id = i.id and e.attempt = i.attempt and e.status in ('running', 'canceling') and e.worker is null
  returning e.id, i.attempt, e.status, i.error,
    case when e.status <> 'requested' then e.status else coalesce(i.outcome, 'abandoned') end as outcome
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = d.outcome, error = d.error
  from ended d where a.execution = d.id and a.attempt = d.attempt
)
select id, attempt, status from ended order by id;
