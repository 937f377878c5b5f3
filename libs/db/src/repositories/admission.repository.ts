import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { equals } from '../filter.js';
import { toJson } from '../json.js';
import type { AdmissionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf } from '../table.js';

export interface AdmissionKey {
  policy: number;
  /** The values that the policy counts apart; '' = it counts all together. */
  group_key?: string | undefined;
  execution: number;
}

export interface AdmissionFilter {
  policy?: number | undefined;
  group_key?: string | undefined;
  execution?: number | undefined;
  status?: AdmissionRow['status'] | undefined;
}

/** With the place in its queue, 1 = next; null = it has its slot. */
export type AdmissionDetail = AdmissionRow & { position: number | null };

/*
 * A policy's row is the lock of its queues. It is taken by a statement of its own: one that waited for it would go
 * on with what it saw before, and count the slots of then. Executions are held against their end meanwhile, so that
 * no slot is given to one that has returned its own.
 */
const lockStatement = statement<{ id: number }>(
  'lock_policies',
  'select p.id from attune.policy p where p.id = any($1::bigint[]) order by p.id for no key update',
);

const lockOfExecutionsStatement = statement<{ id: number }>(
  'lock_policies_of_executions',
  `select p.id from attune.policy p
where p.id in (select a.policy from attune.admission a where a.execution = any($1::bigint[]))
order by p.id for no key update`,
);

const holdStatement = statement<{ id: number }>(
  'hold_unfinished_executions',
  `select e.id from attune.execution e
where e.id = any($1::bigint[]) and e.finished_at is null
order by e.id for share`,
);

/**
 * Slots of a group that are given on one occasion. Said to the planner as well, which would else expect a tenth of
 * the queue for a limit that it does not know, and read all of it.
 */
const mostAtOnce = 1_000;

/*
 * Frees, fills what is free from the head of the queue, and then admits newcomers. Reads no more of a queue than it
 * takes from it, and no more slots than there may be. When the queue was not enough to fill the slots it is empty:
 * only then is there room for newcomers. Rows are found again by their place in the table: by key, the planner
 * would rather read all of them.
 */
const admitStatement = statement<AdmissionRow>(
  'admit_executions',
  `with input as materialized (
  select distinct on (policy, group_key, execution) * from jsonb_to_recordset($1::jsonb) as i(
    place integer, policy bigint, group_key text, execution bigint
  )
  order by policy, group_key, execution, place
), freed as (
  delete from attune.admission a where a.execution = any($2::bigint[]) and a.policy = any($3::bigint[])
  returning a.policy, a.group_key
), queue as materialized (
  select g.policy, g.group_key, least(${mostAtOnce}, p.threshold - (
    select count(*) from (
      select from attune.admission a
      where a.policy = g.policy and a.group_key = g.group_key and a.status = 'active'
        and a.execution <> all($2::bigint[])
      limit p.threshold
    ) active
  )) as room
  from (select policy, group_key from input union select policy, group_key from freed) g
  join attune.policy p on p.id = g.policy
), next as materialized (
  select n.* from queue q cross join lateral (
    select * from (
      select a.policy, a.group_key, a.execution, a.ctid as row from attune.admission a
      where a.policy = q.policy and a.group_key = q.group_key and a.status = 'queued'
        and a.execution <> all($2::bigint[])
      order by a.queue_order limit ${mostAtOnce}
    ) head
    limit greatest(q.room, 0)
  ) n
), promoted as (
  update attune.admission a set status = 'active', activated_at = now()
  where a.ctid = any(array(select n.row from next n))
  returning a.*
), known as materialized (
  select a.* from input i join attune.admission a using (policy, group_key, execution)
), newcomer as materialized (
  select i.policy, i.group_key, i.execution, i.place, q.room - (
    select count(*) from next n where n.policy = i.policy and n.group_key = i.group_key
  ) >= row_number() over (partition by i.policy, i.group_key order by i.place) as active
  from input i join queue q using (policy, group_key)
  where not exists (
    select from known k
    where k.policy = i.policy and k.group_key = i.group_key and k.execution = i.execution
  )
), admitted as (
  insert into attune.admission (policy, group_key, execution, status, activated_at)
  select policy, group_key, execution, case when active then 'active' else 'queued' end,
    case when active then now() end
  from newcomer order by place
  returning *
)
select * from (
  select * from promoted
  union all select * from admitted
  union all select k.* from known k where not exists (
    select from next n where n.policy = k.policy and n.group_key = k.group_key and n.execution = k.execution
  )
) standing
order by queue_order`,
);

const findStatement = statement<AdmissionDetail>(
  'find_admission',
  `select a.*, case when a.status = 'queued' then (
  select count(*) from attune.admission q
  where q.policy = a.policy and q.group_key = a.group_key and q.status = 'queued'
    and q.queue_order <= a.queue_order
) end as position
from attune.admission a
where a.policy = $1::bigint and a.group_key = $2::text and a.execution = $3::bigint`,
);

/**
 * How these executions stand with these policies: `active` while the group has room and nobody queues before, else
 * `queued`, first come first served within policy and group. Asking again changes nothing but what is due: slots
 * that became free are filled from the head of the queue, and who got one on this occasion is in the answer too.
 * Absent: policies that are gone, executions that are gone or have ended.
 */
export async function requestAdmissions(db: Db, requests: readonly AdmissionKey[]): Promise<AdmissionRow[]> {
  if (requests.length === 0) return [];
  return inTransaction(db, async (trx) => {
    const policies = await idsOf(lockStatement.run(trx, [requests.map(({ policy }) => policy)]));
    const live = await idsOf(holdStatement.run(trx, [requests.map(({ execution }) => execution)]));
    const input = requests
      .map(({ policy, group_key = '', execution }, place) => ({ place, policy, group_key, execution }))
      .filter(({ policy, execution }) => policies.has(policy) && live.has(execution));
    return admitStatement.run(trx, [toJson(input), [], [...policies]]);
  });
}

/**
 * Gives back all slots and places of executions that have ended, and the slots to the next in order: returns those.
 * Before they are settled: that frees slots too, but lets nobody move up. Idempotent.
 */
export async function releaseAdmissions(db: Db, executionIds: readonly number[]): Promise<AdmissionRow[]> {
  if (executionIds.length === 0) return [];
  return inTransaction(db, async (trx) => {
    const policies = await idsOf(lockOfExecutionsStatement.run(trx, [[...executionIds]]));
    if (policies.size === 0) return [];
    return admitStatement.run(trx, ['[]', [...executionIds], [...policies]]);
  });
}

export async function findAdmission(
  db: Db,
  { policy, group_key = '', execution }: AdmissionKey,
): Promise<AdmissionDetail | undefined> {
  const [row] = await findStatement.run(db, [policy, group_key, execution]);
  return row;
}

/** In the order in which they came. */
export const listAdmissions = listOf<AdmissionRow, AdmissionFilter>('admission', {
  order: { columns: [{ name: 'admission.queue_order', type: 'int8' }], direction: 'asc' },
  conditions: (filter) => [
    equals('admission.policy', filter.policy),
    equals('admission.group_key', filter.group_key),
    equals('admission.execution', filter.execution),
    equals('admission.status', filter.status),
  ],
});

async function idsOf(rows: Promise<readonly { id: number }[]>): Promise<Set<number>> {
  return new Set((await rows).map(({ id }) => id));
}
