-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- claimExecutions
with holder as materialized (
  select w.id from attune.worker w
  where w.id = $2::bigint and w.incarnation = $3::integer
    and w.recovered_incarnation < w.incarnation and w.lease_expires_at > now()
  for key share
), claimed as (
  update attune.execution e set status = 'running', started_at = now(), updated = now(),
    start_deadline = null, worker = $2::bigint, incarnation = $3::integer, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer)
  where e.id = i.id and e.attempt = i.attempt and e.status = 'scheduled' and exists (select from holder)
    and coalesce(least(e.start_deadline, e.deadline) > now(), true)
  returning e.id, e.attempt, e.action_ref, e.action_version,
  e.config, e.env_vars, e.permission_set_refs, e.executor, e.cause_event,
  e.enforcement, e.parent, e.root, e.timeout_seconds, e.retry, e.started_at,
  (extract(epoch from e.deadline - now()) * 1000)::double precision as remaining_ms
), attempts as (
  insert into attune.execution_attempt (execution, attempt, worker, incarnation)
  select id, attempt, $2::bigint, $3::integer from claimed
)
select c.*, split_part(c.action_ref, '.', 1) as pack_ref,
  case when row_number() over (partition by c.action_version order by c.id) = 1
    then (select v.content from attune.definition_version v where v.id = c.action_version)
  end as action_snapshot from claimed c;

-- listClaimedExecutions
select c.id, c.attempt, c.action_ref, c.action_version,
  c.config, c.env_vars, c.permission_set_refs, c.executor, c.cause_event,
  c.enforcement, c.parent, c.root, c.timeout_seconds, c.retry, c.started_at,
  (extract(epoch from c.deadline - now()) * 1000)::double precision as remaining_ms, split_part(c.action_ref, '.', 1) as pack_ref,
  case when row_number() over (partition by c.action_version order by c.id) = 1
    then (select v.content from attune.definition_version v where v.id = c.action_version)
  end as action_snapshot
from (select distinct id, attempt from jsonb_to_recordset($1::jsonb) as i(id bigint, attempt integer)) i
join attune.execution c on c.id = i.id and c.attempt = i.attempt
where c.status in ('running', 'canceling') and c.worker = $2::bigint and c.incarnation = $3::integer
order by c.id;

-- finishExecutions
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
  where e.id = i.id and e.attempt = i.attempt and e.status in ('running', 'canceling') and e.worker = $2::bigint and e.incarnation = $3::integer
  returning e.id, i.attempt, e.status, i.error,
    case when e.status <> 'requested' then e.status else coalesce(i.outcome, 'abandoned') end as outcome
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = d.outcome, error = d.error
  from ended d where a.execution = d.id and a.attempt = d.attempt
)
select id, attempt, status from ended order by id;
