import type { AdmissionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { announceAnew, waitingOver } from './execution-statement.js';

export interface AdmissionKey {
  policy: number;
  /** The values that the policy counts apart; '' = it counts all together. */
  group_key?: string | undefined;
  execution: number;
}

export interface AdmissionRequest extends AdmissionKey {
  /** What the execution is said to wait for when it has to queue. */
  detail?: string | undefined;
}

/** Where an execution stands with a policy; `refused`: there was no room, and the policy lets nobody wait. */
export interface Standing extends Required<AdmissionKey> {
  status: AdmissionRow['status'] | 'refused';
}

/** The slots and the queue of a policy for one value. */
export type AdmissionGroup = Required<Pick<AdmissionKey, 'policy' | 'group_key'>>;

/*
 * A policy's row is the lock of its queues. It is taken by a statement of its own: one that waited for it would go
 * on with what it saw before, and count the slots of then. Executions are locked after policies, everywhere; they are
 * held against their end meanwhile, so that no slot is given to one that has returned its own.
 */
export const lockPolicies = statement<{ id: number }>(
  'lock_policies',
  `select p.id from attune.policy p
where p.id = any($1::bigint[])
  or p.id in (select a.policy from attune.admission a where a.execution = any($2::bigint[]))
order by p.id for no key update`,
);

/** Passes over those that somebody else is at. */
export const lockFreePolicies = statement<{ id: number }>(
  'lock_free_policies',
  `select p.id from attune.policy p where p.id = any($1::bigint[]) order by p.id for no key update skip locked`,
);

export const holdExecutions = statement<{ id: number }>(
  'hold_unfinished_executions',
  `select e.id from attune.execution e
where e.id = any($1::bigint[]) and e.finished_at is null
order by e.id for no key update`,
);

/* Of executions that ended, whose attempt ended, or that are paused. Starts that a window counts stay counted. */
export const freeAdmissions = statement<AdmissionGroup>(
  'free_admissions',
  `delete from attune.admission a using attune.execution e, attune.policy p
where a.execution = any($1::bigint[]) and e.id = a.execution and p.id = a.policy
  and (e.finished_at is not null or a.attempt < e.attempt or e.waiting_for is not distinct from 'pause')
  and (a.status = 'queued' or p.window_seconds is null)
returning a.policy, a.group_key`,
);

/**
 * Slots of a group that are given on one occasion. Said to the planner as well, which would else expect a tenth of
 * the queue for a limit that it does not know, and read all of it.
 */
const mostAtOnce = 1_000;

/*
 * Fills what is free from the head of the queue, and then admits newcomers. Reads no more of a queue than it takes
 * from it, and no more slots than there may be. A newcomer that goes before the whole queue (by priority, by age)
 * still comes after those that queue on this occasion. When the queue was not enough to fill the slots it is empty:
 * only then is there room for newcomers. Rows are found again by their place in the table: by key, the planner would
 * rather read all of them.
 */
export const admitExecutions = statement<Standing>(
  'admit_executions',
  `with input as materialized (
  select distinct on (i.policy, i.group_key, e.id) i.policy, i.group_key, e.id as execution, e.attempt, e.priority,
    i.detail
  from jsonb_to_recordset($1::jsonb) as i(policy bigint, group_key text, execution bigint, detail text)
  join attune.execution e on e.id = i.execution and e.finished_at is null
  order by i.policy, i.group_key, e.id
), "group" as materialized (
  select policy, group_key from input
  union select g.policy, g.group_key from jsonb_to_recordset($2::jsonb) as g(policy bigint, group_key text)
), over as (
  delete from attune.admission a where a.ctid = any(array(
    select o.row from "group" g
    join attune.policy p on p.id = g.policy and p.window_seconds is not null
    cross join lateral (
      select a.ctid as row from attune.admission a
      where a.policy = g.policy and a.group_key = g.group_key and a.status = 'active'
        and a.activated_at <= now() - p.window_seconds * interval '1 second'
      order by a.activated_at limit ${mostAtOnce}
    ) o
  ))
), queue as materialized (
  select g.policy, g.group_key, p.method, least(${mostAtOnce}, p.threshold - (
    select count(*) from (
      select from attune.admission a
      where a.policy = g.policy and a.group_key = g.group_key and a.status = 'active'
        and (p.window_seconds is null or a.activated_at > now() - p.window_seconds * interval '1 second')
      limit p.threshold
    ) active
  )) as room
  from "group" g join attune.policy p on p.id = g.policy
), next as materialized (
  select n.* from queue q cross join lateral (
    select * from (
      select a.policy, a.group_key, a.execution, a.ctid as row from attune.admission a
      where a.policy = q.policy and a.group_key = q.group_key and a.status = 'queued'
      order by a.priority desc, a.execution limit ${mostAtOnce}
    ) head
    limit greatest(q.room, 0)
  ) n
), promoted as (
  update attune.admission a set status = 'active', activated_at = clock_timestamp()
  where a.ctid = any(array(select n.row from next n))
  returning a.*
), known as materialized (
  select a.policy, a.group_key, a.execution, a.status from input i join attune.admission a using (policy, group_key, execution, attempt)
), newcomer as materialized (
  select i.*, q.method, q.room - (
    select count(*) from next n where n.policy = i.policy and n.group_key = i.group_key
  ) >= row_number() over (partition by i.policy, i.group_key order by i.priority desc, i.execution) as active
  from input i join queue q using (policy, group_key)
  where not exists (
    select from known k
    where k.policy = i.policy and k.group_key = i.group_key and k.execution = i.execution
  )
), admitted as (
  insert into attune.admission (policy, group_key, execution, attempt, priority, status, activated_at)
  select policy, group_key, execution, attempt, priority, case when active then 'active' else 'queued' end,
    case when active then clock_timestamp() end
  from newcomer where active or method <> 'cancel_new'
  returning *
), waiting as (
  update attune.execution e set waiting_detail = i.detail, waiting_since = now(), updated = now(),
    waiting_queue = null, waiting_for = case when p.window_seconds is null then 'policy' else 'rate_limit' end
  from (
    select policy, group_key, execution from admitted where status = 'queued'
    union all select policy, group_key, execution from known k where k.status = 'queued' and not exists (
      select from next n where n.policy = k.policy and n.group_key = k.group_key and n.execution = k.execution
    )
  ) queued
  join input i using (policy, group_key, execution)
  join attune.policy p on p.id = queued.policy
  where e.id = queued.execution and e.status = 'requested'
    and e.waiting_for is distinct from case when p.window_seconds is null then 'policy' else 'rate_limit' end
    and e.waiting_for is distinct from 'pause'
), moved as (
  update attune.execution e set ${waitingOver}, ${announceAnew}, updated = now()
  from (
    select e.id from attune.execution e
    where e.id in (select n.execution from next n) and e.status = 'requested' and e.waiting_for in ('policy', 'rate_limit')
    order by e.id for no key update
  ) moving
  where e.id = moving.id
)
select policy, group_key, execution, status from promoted
union all select policy, group_key, execution, status from known k where not exists (
  select from next n where n.policy = k.policy and n.group_key = k.group_key and n.execution = k.execution
)
union all select policy, group_key, execution, status from admitted
union all select policy, group_key, execution, 'refused' from newcomer where not active and method = 'cancel_new'
order by policy, group_key, execution`,
);

/* Groups one after the other through the index of what is queued: as many looks as groups. */
export const findQueues = statement<AdmissionGroup>(
  'list_queues',
  `with recursive queue as (
  (select policy, group_key from attune.admission
    where status = 'queued' and (policy, group_key) > ($1::bigint, $2::text)
    order by policy, group_key limit 1)
  union all
  select n.policy, n.group_key from queue q cross join lateral (
    select policy, group_key from attune.admission
    where status = 'queued' and (policy, group_key) > (q.policy, q.group_key)
    order by policy, group_key limit 1
  ) n
)
select policy, group_key from queue limit $3::bigint`,
);

export const findDisplaced = statement<Required<AdmissionKey>>(
  'list_displaced_executions',
  `select d.policy, d.group_key, d.execution
from jsonb_to_recordset($1::jsonb) as g(policy bigint, group_key text)
join attune.policy p on p.id = g.policy and p.method = 'cancel_running'
cross join lateral (
  select a.policy, a.group_key, a.execution from attune.admission a
  join attune.execution e on e.id = a.execution and e.attempt = a.attempt
    and e.status in ('requested', 'scheduled', 'running')
  where a.policy = g.policy and a.group_key = g.group_key
  order by a.execution desc offset p.threshold
) d
order by d.execution`,
);
