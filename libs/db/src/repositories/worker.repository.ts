import type { Placement } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { equals, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byRef } from '../page.js';
import type { DispatchQueueRow, WorkerRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';

export interface NewWorker {
  name: string;
  leaseMs: number;
  worker_type?: WorkerRow['worker_type'] | undefined;
  worker_role?: WorkerRow['worker_role'] | undefined;
  /** The one it is made for, if it is made for one. */
  runtime?: number | null | undefined;
  host?: string | null | undefined;
  port?: number | null | undefined;
  /** Executions at a time. */
  slots?: number | undefined;
  /** Runtimes and versions found, labels, taints. */
  capabilities?: Record<string, unknown> | undefined;
  meta?: Record<string, unknown> | undefined;
}

/** One start of a worker process. */
export interface WorkerIncarnation {
  id: number;
  incarnation: number;
}

/** What it may say anew while it lives: undefined keeps, null clears. */
export type WorkerPatch = Patch<
  Pick<NewWorker, 'runtime' | 'host' | 'port' | 'slots' | 'capabilities' | 'meta'>
>;

export interface WorkerFilter {
  /** `*` is a wildcard. */
  name?: string | undefined;
  worker_type?: WorkerRow['worker_type'] | undefined;
  worker_role?: WorkerRow['worker_role'] | undefined;
  status?: WorkerRow['status'] | undefined;
  runtime?: number | undefined;
  cordoned?: boolean | undefined;
  /** Whether its lease is running, by database time. */
  alive?: boolean | undefined;
}

export interface Cordon {
  reason?: string | undefined;
  by?: number | undefined;
}

export interface NewDispatchQueue {
  name: string;
  runtime: string;
  placement?: Placement | undefined;
}

/* Among what is not settled: that is few, and in an index. A row without a worker tells the time alone. */
const loadStatement = statement<WorkerLoad & { now: Date; worker: number | null }>(
  'load_of_workers',
  `select now() as now, l.* from (select) one left join (
  select e.worker,
    count(*) filter (where e.status = 'scheduled')::integer as scheduled,
    count(*) filter (where e.status = 'running')::integer as running,
    count(*) filter (where e.status = 'canceling')::integer as canceling
  from attune.execution e
  where e.announced_at is not null and e.worker = any($1::bigint[])
    and e.status in ('scheduled', 'running', 'canceling')
  group by e.worker
) l on true`,
);

const workers = tableOf('worker');

/** Starts a new incarnation under this name: what earlier ones held is lost to them. */
export async function registerWorker(db: Db, worker: NewWorker): Promise<WorkerIncarnation> {
  const { leaseMs, ...values } = worker;
  const columns = toInsert('worker', values);
  const lease = {
    status: 'active' as const,
    registered_at: sql<Date>`now()`,
    last_heartbeat: sql<Date>`now()`,
    lease_expires_at: inMs(leaseMs),
  };
  return db
    .insertInto('worker')
    .values({ ...columns, ...lease })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        ...columns,
        ...lease,
        incarnation: sql`worker.incarnation + 1`,
        updated: sql`now()`,
      }),
    )
    .returning(['id', 'incarnation'])
    .executeTakeFirstOrThrow();
}

/**
 * Extends the lease, also one that ran out, as long as nobody has taken over. false: lost for good, what it
 * runs must be stopped.
 */
export async function renewWorkerLease(
  db: Db,
  lease: WorkerIncarnation & { leaseMs: number },
): Promise<boolean> {
  const result = await db
    .updateTable('worker')
    .set({ last_heartbeat: sql`now()`, lease_expires_at: inMs(lease.leaseMs) })
    .where('id', '=', lease.id)
    .where('incarnation', '=', lease.incarnation)
    .where('recovered_incarnation', '<', lease.incarnation)
    .where('lease_expires_at', 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Ends the lease of a worker that leaves. What it still holds is taken over at once. false: it was released before,
 * or was lost.
 */
export async function releaseWorker(db: Db, worker: WorkerIncarnation): Promise<boolean> {
  const result = await db
    .updateTable('worker')
    .set({ lease_expires_at: null, status: 'inactive', updated: sql`now()` })
    .where('id', '=', worker.id)
    .where('incarnation', '=', worker.incarnation)
    .where('recovered_incarnation', '<', worker.incarnation)
    .where('lease_expires_at', 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export const findWorker = workers.find;

export const findWorkerByName = workers.findBy('name');

/** This very start of the worker, while its lease runs, by database time. */
export async function findLeasedWorker(
  db: Db,
  { id, incarnation }: WorkerIncarnation,
): Promise<WorkerRow | undefined> {
  return db
    .selectFrom('worker')
    .selectAll()
    .where('id', '=', id)
    .where('incarnation', '=', incarnation)
    .where('recovered_incarnation', '<', incarnation)
    .where('lease_expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
}

export const getWorker = workers.get;

export const getWorkerByName = workers.getBy('name');

/** By name. */
export const listWorkers = listOf<WorkerRow, WorkerFilter>('worker', {
  order: byRef('worker', 'name'),
  conditions: (filter) => [
    matchesRef('worker.name', filter.name),
    equals('worker.worker_type', filter.worker_type),
    equals('worker.worker_role', filter.worker_role),
    equals('worker.status', filter.status),
    equals('worker.runtime', filter.runtime),
    equals('worker.cordoned', filter.cordoned),
    isAlive(filter.alive),
  ],
});

export async function updateWorker(db: Db, id: number, patch: WorkerPatch): Promise<WorkerRow> {
  return workers.update(db, id, patch);
}

/** Nothing new is given to a cordoned worker; null lifts the cordon. Again: says why and by whom anew, not since when. */
export async function setWorkerCordon(db: Db, id: number, cordon: Cordon | null): Promise<WorkerRow> {
  const row = await db
    .updateTable('worker')
    .set({
      cordoned: cordon !== null,
      cordon_reason: cordon?.reason ?? null,
      cordoned_by: cordon?.by ?? null,
      cordoned_at: cordon === null ? null : sql<Date>`coalesce(cordoned_at, now())`,
      updated: sql`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError('worker', 'id', id);
  return row;
}

/** What a worker has in hand, by state. */
export type WorkerLoad = Record<'scheduled' | 'running' | 'canceling', number>;

/** Of those that have anything in hand, and what time it is there: leases are by that clock. */
export async function loadOfWorkers(
  db: Db,
  ids: readonly number[],
): Promise<{ now: Date; loads: Map<number, WorkerLoad> }> {
  const rows = await loadStatement.run(db, [[...ids]]);
  const loads = rows.flatMap(({ now: _now, worker, ...load }) =>
    worker === null ? [] : [[worker, load] as const],
  );
  return { now: rows[0]?.now ?? new Date(), loads: new Map(loads) };
}

/** Only a worker that is gone, with everything it held taken over; false otherwise. */
export async function deleteWorker(db: Db, id: number): Promise<boolean> {
  const result = await db
    .deleteFrom('worker')
    .where('id', '=', id)
    .whereRef('recovered_incarnation', '=', 'incarnation')
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Makes a dispatch queue known to workers. Idempotent. */
export async function ensureDispatchQueueRow(db: Db, queue: NewDispatchQueue): Promise<DispatchQueueRow> {
  return db
    .insertInto('dispatch_queue')
    .values({ name: queue.name, runtime: queue.runtime, placement: toJson(queue.placement ?? {}) })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ runtime: sql`excluded.runtime` }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function listDispatchQueues(db: Db): Promise<DispatchQueueRow[]> {
  return db.selectFrom('dispatch_queue').selectAll().orderBy('name').execute();
}

function inMs(ms: number) {
  return sql<Date>`now() + ${ms}::double precision * interval '1 millisecond'`;
}

function isAlive(alive: boolean | undefined): Condition {
  if (alive === undefined) return undefined;
  return sql<boolean>`coalesce(worker.lease_expires_at > now(), false) = ${alive}`;
}
