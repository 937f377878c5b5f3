-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- takeOverduePendingEvents
with overdue as materialized (
  select e.id from attune.event e
  where e.announced_at <= now() - $1::double precision * interval '1 millisecond' and e.status = 'pending'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.event e set announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond' from overdue o where e.id = o.id
returning e.id;

-- takeOverdueRequested
with overdue as materialized (
  select e.id from attune.execution e
  where e.announced_at <= now() - $1::double precision * interval '1 millisecond' and e.status = 'requested' and e.not_before is null
    and (e.waiting_for is null or e.waiting_for not in ('policy', 'rate_limit', 'pause'))
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond' from overdue o where e.id = o.id
returning e.id;

-- takeDueDelayed
with due as materialized (
  select e.id from attune.execution e
  where e.not_before <= now() and e.status = 'requested'
  order by e.not_before limit $1::bigint for update skip locked
)
update attune.execution e set not_before = null, waiting_for = case when e.waiting_for = 'pause' then e.waiting_for end, waiting_detail = case when e.waiting_for = 'pause' then e.waiting_detail end, waiting_since = case when e.waiting_for = 'pause' then e.waiting_since end,
  announced_at = now(), announcements = 0, updated = now()
from due d where e.id = d.id
returning e.id;

-- takeWaitingForWorker
with served as materialized (
  select e.id from attune.execution e
  where e.waiting_queue = any($1::text[]) and e.status = 'requested'
  order by e.waiting_queue, e.id limit $2::bigint for update skip locked
)
update attune.execution e set waiting_queue = null, announced_at = now(), announcements = 0
from served s where e.id = s.id
returning e.id;

-- takeOverdueScheduled
with overdue as materialized (
  select e.id from attune.execution e
  where e.announced_at <= now() - $1::double precision * interval '1 millisecond' and e.status = 'scheduled' and e.scheduled_at <= now() - $1::double precision * interval '1 millisecond'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond' from overdue o where e.id = o.id
returning e.id, e.attempt, e.dispatch_queue;

-- takeOverdueCanceling
with overdue as materialized (
  select e.id from attune.execution e
  where e.announced_at <= now() - $1::double precision * interval '1 millisecond' and e.status = 'canceling'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond' from overdue o where e.id = o.id
returning e.id, e.attempt;

-- takeOverdueUnsettled
with overdue as materialized (
  select e.id from attune.execution e
  where e.announced_at <= now() - $1::double precision * interval '1 millisecond' and e.finished_at is not null and e.settled_at is null and e.finished_at <= now() - $1::double precision * interval '1 millisecond'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond' from overdue o where e.id = o.id
returning e.id, e.attempt;

-- restLongRuns
with resting as materialized (
  select e.id from attune.execution e
  where e.announced_at <= now() - $1::double precision * interval '1 millisecond' and e.status = 'running'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond' from resting o where e.id = o.id
returning e.id;
