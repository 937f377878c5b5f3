import type { Db, Trx } from '../database.js';
import { inTransaction } from '../database.js';
import { equals } from '../filter.js';
import { toJson } from '../json.js';
import type { AdmissionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf } from '../table.js';
import {
  admitExecutions,
  findDisplaced,
  findQueues,
  freeAdmissions,
  holdExecutions,
  lockFreePolicies,
  lockPolicies,
} from './admission-statement.js';
import type { AdmissionGroup, AdmissionKey, AdmissionRequest, Standing } from './admission-statement.js';

export type { AdmissionGroup, AdmissionKey, AdmissionRequest, Standing };

export interface AdmissionFilter {
  policy?: number | undefined;
  group_key?: string | undefined;
  execution?: number | undefined;
  status?: AdmissionRow['status'] | undefined;
}

/** With the place in its queue, 1 = next; null = it has its slot. */
export type AdmissionDetail = AdmissionRow & { position: number | null };

const findStatement = statement<AdmissionDetail>(
  'find_admission',
  `select a.*, case when a.status = 'queued' then (
  select count(*) from attune.admission q
  where q.policy = a.policy and q.group_key = a.group_key and q.status = 'queued'
    and (q.priority > a.priority or q.priority = a.priority and q.execution <= a.execution)
) end as position
from attune.admission a
where a.policy = $1::bigint and a.group_key = $2::text and a.execution = $3::bigint`,
);

/**
 * How these executions stand with these policies: `active` while the group has room and nobody queues before, else
 * `queued`, by priority and age within policy and group, and said to wait; `refused` where the policy lets nobody wait. Asking again
 * changes nothing but what is due: slots that became free are filled from the head of the queue, and who got one on
 * this occasion is in the answer too. Absent: policies that are gone, executions that are gone or have ended.
 */
export async function requestAdmissions(db: Db, requests: readonly AdmissionRequest[]): Promise<Standing[]> {
  if (requests.length === 0) return [];
  return inTransaction(db, async (trx) => {
    const executions = requests.map(({ execution }) => execution);
    const policies = await idsOf(lockPolicies.run(trx, [requests.map(({ policy }) => policy), executions]));
    if (policies.size === 0) return [];
    await holdExecutions.run(trx, [executions]);
    const freed = await freeAdmissions.run(trx, [executions]);
    const input = requests
      .filter(({ policy }) => policies.has(policy))
      .map(({ group_key = '', ...request }) => ({ ...request, group_key }));
    return admitExecutions.run(trx, [toJson(input), toJson(freed)]);
  });
}

/**
 * Does `end`, after which executions need their slots no longer: they ended, or their attempt, or they are paused. In
 * the same transaction the slots go to the next in order: `promoted`. Starts that a window counts stay counted.
 */
export async function releasingAdmissions<T>(
  db: Db,
  executionIds: readonly number[],
  end: (trx: Trx) => Promise<T>,
): Promise<{ outcome: T; promoted: Standing[] }> {
  return inTransaction(db, async (trx) => {
    const policies = await lockPolicies.run(trx, [[], [...executionIds]]);
    const outcome = await end(trx);
    if (policies.length === 0) return { outcome, promoted: [] };
    const freed = await freeAdmissions.run(trx, [[...executionIds]]);
    const promoted = freed.length === 0 ? [] : await admitExecutions.run(trx, ['[]', toJson(freed)]);
    return { outcome, promoted };
  });
}

/** Groups that somebody queues in, in order, after the given one. */
export async function listQueues(
  db: Db,
  { after, limit }: { after?: AdmissionGroup | undefined; limit: number },
): Promise<AdmissionGroup[]> {
  const { policy, group_key } = after ?? { policy: 0, group_key: '' };
  return findQueues.run(db, [policy, group_key, limit]);
}

/**
 * Gives what is free in these groups to the next in order: a window has moved on, a limit has risen. Passes over
 * policies that somebody else is at.
 */
export async function advanceQueues(db: Db, groups: readonly AdmissionGroup[]): Promise<Standing[]> {
  if (groups.length === 0) return [];
  return inTransaction(db, async (trx) => {
    const policies = await idsOf(lockFreePolicies.run(trx, [groups.map(({ policy }) => policy)]));
    const free = groups.filter(({ policy }) => policies.has(policy));
    return free.length === 0 ? [] : admitExecutions.run(trx, ['[]', toJson(free)]);
  });
}

/**
 * Of groups whose policy cancels the older for the newer: those beyond its limit, oldest first, that are not being
 * cancelled yet.
 */
export async function listDisplaced(
  db: Db,
  groups: readonly AdmissionGroup[],
): Promise<Required<AdmissionKey>[]> {
  return groups.length === 0 ? [] : findDisplaced.run(db, [toJson(groups)]);
}

export async function findAdmission(
  db: Db,
  { policy, group_key = '', execution }: AdmissionKey,
): Promise<AdmissionDetail | undefined> {
  const [row] = await findStatement.run(db, [policy, group_key, execution]);
  return row;
}

/** The oldest executions first. */
export const listAdmissions = listOf<AdmissionRow, AdmissionFilter>('admission', {
  order: {
    columns: [
      { name: 'admission.execution', type: 'int8' },
      { name: 'admission.policy', type: 'int8' },
      { name: 'admission.group_key', type: 'text' },
    ],
    direction: 'asc',
  },
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
