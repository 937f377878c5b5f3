-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- requestCancels
with target as materialized (
  select e.id from attune.execution e
  where e.id = any(array(
    with recursive tree(id) as (
      select unnest($1::bigint[])
      union select c.id from tree t join attune.execution c on c.parent = t.id
    )
    select id from tree
  )) and e.status in ('requested', 'scheduled', 'running')
  order by e.id for no key update
), cancelled as (
  update attune.execution e set
    status = case when e.worker is null then 'cancelled' else 'canceling' end::attune.execution_status_enum,
    finished_at = case when e.worker is null then now() end,
    error = case when e.worker is null then $2::text end,
    updated = now(), not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from target t where e.id = t.id
  returning e.id, e.attempt, e.status, e.action_ref, e.root, e.parent, e.executor,
    e.finished_at is not null and e.started_at is not null as ends_attempt
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = 'cancelled', error = $2::text
  from cancelled c where c.ends_attempt and a.execution = c.id and a.attempt = c.attempt
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, status, $2::text from cancelled where not ends_attempt
)
select id, attempt, status, action_ref, root, parent, executor from cancelled order by id;

-- requestCancel
with target as materialized (
  select e.id from attune.execution e
  where e.id = any(array(
    with recursive tree(id) as (
      select unnest($1::bigint[])
      union select c.id from tree t join attune.execution c on c.parent = t.id
    )
    select id from tree
  )) and e.status in ('requested', 'scheduled', 'running')
  order by e.id for no key update
), cancelled as (
  update attune.execution e set
    status = case when e.worker is null then 'cancelled' else 'canceling' end::attune.execution_status_enum,
    finished_at = case when e.worker is null then now() end,
    error = case when e.worker is null then $2::text end,
    updated = now(), not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from target t where e.id = t.id
  returning e.id, e.attempt, e.status, e.action_ref, e.root, e.parent, e.executor,
    e.finished_at is not null and e.started_at is not null as ends_attempt
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = 'cancelled', error = $2::text
  from cancelled c where c.ends_attempt and a.execution = c.id and a.attempt = c.attempt
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, status, $2::text from cancelled where not ends_attempt
)
select id, attempt, status, action_ref, root, parent, executor from cancelled order by id;

-- cancelPackExecutions
with target as materialized (
  select e.id from attune.execution e
  where e.announced_at is not null and starts_with(e.action_ref, $1::text || '.') and e.status in ('requested', 'scheduled', 'running')
  order by e.id for no key update
), cancelled as (
  update attune.execution e set
    status = case when e.worker is null then 'cancelled' else 'canceling' end::attune.execution_status_enum,
    finished_at = case when e.worker is null then now() end,
    error = case when e.worker is null then $2::text end,
    updated = now(), not_before = null, waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null, announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0
  from target t where e.id = t.id
  returning e.id, e.attempt, e.status, e.action_ref, e.root, e.parent, e.executor,
    e.finished_at is not null and e.started_at is not null as ends_attempt
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = 'cancelled', error = $2::text
  from cancelled c where c.ends_attempt and a.execution = c.id and a.attempt = c.attempt
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, status, $2::text from cancelled where not ends_attempt
)
select id, attempt, status, action_ref, root, parent, executor from cancelled order by id;
