-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- settleExecutions
with input as materialized (
  select distinct id from unnest($1::bigint[]) as i(id) order by id
), settled as (
  update attune.execution e set settled_at = now(), updated = now(), announced_at = null, announcements = 0
  from input i where e.id = i.id and e.finished_at is not null and e.settled_at is null
  returning e.id, e.attempt, e.status, e.action_ref, e.parent, e.root, e.cause_event, e.enforcement, e.executor
), freed as (
  delete from attune.admission a using settled s where a.execution = s.id
)
select * from settled order by id;

-- requestCancel
with cancelled as (
  update attune.execution e set
    status = case when e.status = 'running' and e.worker is not null then 'canceling' else 'cancelled' end
      ::attune.execution_status_enum,
    finished_at = case when e.status <> 'running' or e.worker is null then now() end,
    error = case when e.status <> 'running' or e.worker is null then $2::text end,
    updated = now(), not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  where e.id = $1::bigint and e.status in ('requested', 'scheduled', 'running')
  returning e.id, e.attempt, e.status
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, status, $2::text from cancelled
)
select id, attempt, status from cancelled;
