-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- endOverdueExecutions
with overdue as materialized (
  select e.id from attune.execution e
  where e.announced_at is not null and least(e.start_deadline, e.deadline) <= now()
    and e.status in ('requested', 'scheduled')
  order by least(e.start_deadline, e.deadline) limit $1::bigint for no key update skip locked
), ended as (
  update attune.execution e set status = 'timeout', finished_at = now(), updated = now(),
    error = case when e.start_deadline <= now() then 'its start timeout was over before it started'
        else 'its total timeout was over before it ended' end
      || coalesce('; it waited for ' || e.waiting_for || coalesce(': ' || e.waiting_detail, ''), ''),
    not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from overdue o where e.id = o.id
  returning e.id, e.attempt, e.error
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, 'timeout', error from ended
)
select id, attempt from ended order by id;
