-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- takeLostExecutions
select w.id, case when coalesce(w.lease_expires_at <= now(), true) then w.incarnation
    else w.incarnation - 1 end as lost_incarnation
from attune.worker w
where w.recovered_incarnation <
  case when coalesce(w.lease_expires_at <= now(), true) then w.incarnation else w.incarnation - 1 end
order by w.id for update skip locked;

select e.id, e.attempt, e.status, e.worker, w.name as worker_name,
  coalesce(e.retry, (
    select nullif(v.content -> 'retry', 'null') from attune.definition_version v where v.id = e.action_version
  )) as retry
from attune.execution e
join jsonb_to_recordset($1::jsonb) as l(id bigint, lost_incarnation integer)
  on e.worker = l.id and e.incarnation <= l.lost_incarnation
join attune.worker w on w.id = l.id
where e.announced_at is not null and e.status in ('running', 'canceling')
order by e.id limit $2::bigint for update of e;

with input as materialized (
  select id, attempt, null::attune.execution_status_enum as outcome, null::jsonb as result, error, not_before
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer, error text, not_before timestamptz)
  order by id
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
  where e.id = i.id and e.attempt = i.attempt and e.status in ('running', 'canceling') and true
  returning e.id, i.attempt, e.status, i.error,
    case when e.status <> 'requested' then e.status else coalesce(i.outcome, 'abandoned') end as outcome
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = d.outcome, error = d.error
  from ended d where a.execution = d.id and a.attempt = d.attempt
)
select id, attempt, status from ended order by id;

update attune.worker w set recovered_incarnation = l.lost_incarnation,
  status = case when w.incarnation = l.lost_incarnation then 'inactive' else w.status end
from jsonb_to_recordset($1::jsonb) as l(id bigint, lost_incarnation integer)
where w.id = l.id;
