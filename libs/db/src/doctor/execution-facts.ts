import type { ExecutionFacts, Group, PolicyQueueFacts } from '@attune/domain';
import { waitReasons } from '@attune/domain';
import type { Db } from '../database.js';
import { statement } from '../statement.js';
import { countedMost, groupOf, groupsMost } from './group.js';
import type { Counted } from './group.js';

const columns = `e.id, e.status, e.attempt, e.waiting_for, e.waiting_detail, e.waiting_since, e.not_before,
  coalesce(e.dispatch_queue, e.waiting_queue) as dispatch_queue, w.name as worker, w.lease_expires_at,
  e.created, e.scheduled_at, e.started_at, e.finished_at, e.settled_at`;

/* Each detail names a limit or a demand; those of other reasons are as many as the executions. */
const waitingStatement = statement<Counted<ExecutionFacts>>(
  'doctor_waiting_executions',
  `select g.count, g.more, ${columns}
from unnest($1::text[]) r(reason)
cross join lateral (
  select min(w.id) as first, count(*) as count, max(w.place) > ${countedMost} as more
  from (
    select e.id, case when r.reason = 'worker' then e.waiting_detail end as detail,
      row_number() over (order by e.id) as place
    from attune.execution e where e.waiting_for = r.reason order by e.id limit ${countedMost + 1}
  ) w group by w.detail order by first limit ${groupsMost}
) g
join attune.execution e on e.id = g.first
left join attune.worker w on w.id = e.worker
order by e.id`,
);

const overdueStatement = statement<Counted<ExecutionFacts>>(
  'doctor_overdue_executions',
  `select g.count, g.more, ${columns}
from (
  select min(o.id) as first, count(*) as count, max(o.place) > ${countedMost} as more
  from (
    select e.id, e.status, coalesce(e.finished_at, e.scheduled_at, e.created) as since,
      row_number() over (order by e.id) as place
    from attune.execution e
    where e.announcements > 0 and e.announced_at is not null and e.waiting_for is null
    order by e.id limit ${countedMost + 1}
  ) o
  where o.status <> 'running' and o.since < now() - $1::double precision * interval '1 millisecond'
  group by o.status
) g
join attune.execution e on e.id = g.first
left join attune.worker w on w.id = e.worker
order by e.id`,
);

const policiesStatement = statement<PolicyQueueFacts>(
  'doctor_policy_queues',
  `with recursive "group"(policy, group_key, place) as (
  (
    select a.policy, a.group_key, 1 from attune.admission a
    where a.status = 'queued' order by a.policy, a.group_key limit 1
  )
  union all
  select n.policy, n.group_key, g.place + 1 from "group" g cross join lateral (
    select a.policy, a.group_key from attune.admission a
    where a.status = 'queued' and (a.policy, a.group_key) > (g.policy, g.group_key)
    order by a.policy, a.group_key limit 1
  ) n where g.place < ${groupsMost}
)
select p.id as policy, p.ref as policy_ref, g.group_key, p.threshold, p.window_seconds,
  q.queued, q.queued > ${countedMost} as more, f.execution as first, f.enqueued_at as since,
  coalesce(h.holders, '[]') as holders, h.held_since
from "group" g
join attune.policy p on p.id = g.policy
cross join lateral (
  select count(*) as queued from (
    select from attune.admission a
    where a.policy = g.policy and a.group_key = g.group_key and a.status = 'queued' limit ${countedMost + 1}
  ) counted
) q
cross join lateral (
  select a.execution, a.enqueued_at from attune.admission a
  where a.policy = g.policy and a.group_key = g.group_key and a.status = 'queued'
  order by a.priority desc, a.execution limit 1
) f
left join lateral (
  select jsonb_agg(s.execution order by s.activated_at) as holders, min(s.activated_at) as held_since from (
    select a.execution, a.activated_at from attune.admission a
    where a.policy = g.policy and a.group_key = g.group_key and a.status = 'active'
      and (p.window_seconds is null or a.activated_at > now() - p.window_seconds * interval '1 second')
    order by a.activated_at limit 10
  ) s
) h on true
order by p.ref, g.group_key`,
);

/** Executions that say what they wait for, apart from those that queue for policies. */
export async function findWaitingExecutions(db: Db): Promise<Group<ExecutionFacts>[]> {
  const reasons = waitReasons.filter((reason) => reason !== 'policy' && reason !== 'rate_limit');
  return (await waitingStatement.run(db, [reasons])).map(groupOf);
}

/** Executions that a sweep had to announce again, and that have not moved for so long nevertheless. */
export async function findOverdueExecutions(db: Db, overdueMs: number): Promise<Group<ExecutionFacts>[]> {
  return (await overdueStatement.run(db, [overdueMs])).map(groupOf);
}

/** Groups of policies that executions queue for, with who has the slots. */
export async function findPolicyQueues(db: Db): Promise<PolicyQueueFacts[]> {
  return policiesStatement.run(db, []);
}
