-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- settleExecutions
with input as materialized (
  select distinct id from unnest($1::bigint[]) as i(id) order by id
), settled as (
  update attune.execution e set settled_at = now(), updated = now(), announced_at = null, announcements = 0
  from input i where e.id = i.id and e.finished_at is not null and e.settled_at is null
  returning e.id, e.attempt, e.status, e.action_ref, e.parent, e.root, e.cause_event, e.enforcement, e.executor,
    e.started_at, e.finished_at
), answered_by_nobody as (
  update attune.inquiry q set status = 'cancelled', resolved_at = now(), updated = now()
  from settled s where q.execution = s.id and q.status = 'pending'
)
select *, (select epoch from attune.definition_epoch) as epoch from settled order by id;
