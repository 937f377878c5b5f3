import type { Db } from '../database.js';
import { equals, matchesRef } from '../filter.js';
import type { Keyset } from '../page.js';
import type { SensorRunRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';
import type { WorkerHold } from './execution-run.repository.js';

export interface SensorRunFilter {
  sensor?: number | undefined;
  /** `*` is a wildcard. */
  sensor_ref?: string | undefined;
  /** The sensor service that owns it. */
  worker?: number | undefined;
  status?: SensorRunRow['status'] | undefined;
}

export interface SensorRunTake {
  leaseMs: number;
  /** Runs at most. */
  limit: number;
  /** Those that the owner can run; absent = all. */
  sensors?: readonly number[] | undefined;
}

const bySensor: Keyset = {
  columns: [
    { name: 'sensor_run.sensor_ref', type: 'text' },
    { name: 'sensor_run.partition', type: 'int4' },
    { name: 'sensor_run.id', type: 'int8' },
  ],
  direction: 'asc',
};

const held = 'r.worker = $1::bigint and r.incarnation = $2::integer';

const isOver = `r.status in ('stopped', 'failed')`;

/** The program ended with its owner: the next one starts it at once, and this is no failure of the sensor. */
const handedOver = `status = case when r.status = 'running' then 'backoff' else r.status end,
  next_restart_at = case when r.status = 'running' then now() else r.next_restart_at end,
  last_stopped_at = case when r.status = 'running' then now() else r.last_stopped_at end,
  pid = null, updated = now()`;

const ensureStatement = statement<SensorRunRow>(
  'ensure_sensor_runs',
  `insert into attune.sensor_run as r (sensor, sensor_ref, partition)
select s.id, s.ref, p.partition
from attune.sensor s cross join lateral generate_series(0, s.partitions - 1) as p(partition)
where s.id = any($1::bigint[])
order by s.id, p.partition
on conflict (sensor, partition) do update set
  status = case when ${isOver} then 'starting' else r.status end,
  consecutive_failures = case when ${isOver} then 0 else r.consecutive_failures end,
  updated = case when ${isOver} then now() else r.updated end
returning r.*`,
);

const takeStatement = statement<SensorRunRow>(
  'take_sensor_runs',
  `with holder as materialized (
  select w.id from attune.worker w
  where w.id = $1::bigint and w.incarnation = $2::integer
    and w.recovered_incarnation < w.incarnation and w.lease_expires_at > now()
), free as materialized (
  select r.id from attune.sensor_run r
  where not ${isOver} and exists (select from holder) and case
    when r.worker = $1::bigint then r.incarnation < $2::integer
    else coalesce(r.lease_expires_at <= now(), true) end
    and ($5::bigint[] is null or r.sensor = any($5::bigint[]))
  order by r.id limit $4::bigint for update skip locked
)
update attune.sensor_run r set worker = $1::bigint, incarnation = $2::integer,
  lease_expires_at = now() + $3::double precision * interval '1 millisecond', ${handedOver}
from free f where r.id = f.id
returning r.*`,
);

const renewStatement = statement<{ id: number }>(
  'renew_sensor_run_leases',
  `update attune.sensor_run r set lease_expires_at = now() + $3::double precision * interval '1 millisecond'
where ${held}
returning r.id`,
);

const releaseStatement = statement<{ id: number }>(
  'release_sensor_runs',
  `update attune.sensor_run r set worker = null, incarnation = null, lease_expires_at = null, ${handedOver}
where ${held}
returning r.id`,
);

const deleteStatement = statement<{ id: number }>(
  'delete_unwanted_sensor_runs',
  `with unwanted as materialized (
  select r.id from attune.sensor_run r join attune.sensor s on s.id = r.sensor
  where r.partition >= s.partitions and coalesce(r.lease_expires_at <= now(), true)
  order by r.id for update of r skip locked
)
delete from attune.sensor_run r using unwanted u where r.id = u.id
returning r.id`,
);

const runs = tableOf('sensor_run');

export const findSensorRun = runs.find;

export const getSensorRun = runs.get;

/** By sensor and partition. */
export const listSensorRuns = listOf<SensorRunRow, SensorRunFilter>('sensor_run', {
  order: bySensor,
  conditions: (filter) => [
    equals('sensor_run.sensor', filter.sensor),
    matchesRef('sensor_run.sensor_ref', filter.sensor_ref),
    equals('sensor_run.worker', filter.worker),
    equals('sensor_run.status', filter.status),
  ],
});

/**
 * A run for every partition of these sensors, one statement. One that is under way is left alone; one that is over
 * begins anew in its row, which keeps the checkpoint and what is known of the last end. Sensors that are gone get
 * none.
 */
export async function ensureSensorRuns(db: Db, sensorIds: readonly number[]): Promise<SensorRunRow[]> {
  return sensorIds.length === 0 ? [] : ensureStatement.run(db, [[...sensorIds]]);
}

/**
 * Runs that nobody owns, that an earlier incarnation of this owner had, or whose owner's lease is over (database
 * time). What was running there waits for its restart, which is due. The lease of the owner's own registration must
 * hold.
 */
export async function takeSensorRuns(
  db: Db,
  owner: WorkerHold,
  { leaseMs, limit, sensors }: SensorRunTake,
): Promise<SensorRunRow[]> {
  const { workerId, incarnation } = owner;
  const only = sensors === undefined ? null : [...sensors];
  return takeStatement.run(db, [workerId, incarnation, leaseMs, limit, only]);
}

/**
 * Extends the leases of all runs of this owner, also those that ran out and that nobody has taken. Returns the runs
 * it still owns: the programs of others must be ended.
 */
export async function renewSensorRunLeases(
  db: Db,
  owner: WorkerHold,
  { leaseMs }: { leaseMs: number },
): Promise<number[]> {
  const rows = await renewStatement.run(db, [owner.workerId, owner.incarnation, leaseMs]);
  return rows.map(({ id }) => id);
}

/** For an owner that leaves, after the end of its programs: others can take its runs at once. Idempotent. */
export async function releaseSensorRuns(db: Db, owner: WorkerHold): Promise<number[]> {
  const rows = await releaseStatement.run(db, [owner.workerId, owner.incarnation]);
  return rows.map(({ id }) => id);
}

/** Runs of partitions that their sensor no longer has, as soon as nobody owns them. Returns those. */
export async function deleteUnwantedSensorRuns(db: Db): Promise<number[]> {
  const rows = await deleteStatement.run(db, []);
  return rows.map(({ id }) => id);
}
