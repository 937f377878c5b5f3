import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { SensorRunRow } from '../schema/index.js';
import { statement } from '../statement.js';
import type { WorkerHold } from './execution-run.repository.js';

/*
 * What the owner of sensor runs says of their programs. Fenced by its worker and incarnation: what an owner says of
 * a run that others have taken has no effect, and the run is absent from the answer.
 */

export interface SensorStart {
  id: number;
  pid: number;
}

/** How the program ended, if one was running. */
export interface SensorExit {
  id: number;
  exit_code?: number | null | undefined;
  signal?: string | null | undefined;
}

export interface SensorFailure extends SensorExit {
  error: string;
  /** The last lines it wrote. */
  stderr_excerpt?: string | null | undefined;
}

export interface SensorCrash extends SensorFailure {
  /** This one included; 1 when the program had run well for a while. */
  consecutive_failures: number;
  restart_in_ms: number;
}

export interface SensorCheckpoint {
  id: number;
  checkpoint: unknown;
}

const held = 'r.worker = $2::bigint and r.incarnation = $3::integer';

const alive = `r.status in ('starting', 'running')`;

const underWay = `r.status in ('starting', 'running', 'backoff')`;

/** A run that is over has no owner. */
const over = `worker = null, incarnation = null, lease_expires_at = null, pid = null, next_restart_at = null`;

/** While it waits for a restart no program runs: what is known of the last end stays. */
const exit = `last_exit_code = case when ${alive} then i.exit_code else r.last_exit_code end,
  last_signal = case when ${alive} then i.signal else r.last_signal end,
  last_stopped_at = case when ${alive} then now() else r.last_stopped_at end`;

const failure = `${exit}, last_error = i.error,
  stderr_excerpt = case when ${alive} then i.stderr_excerpt else r.stderr_excerpt end`;

const startedStatement = reportOf('report_sensors_started', {
  input: 'id bigint, pid integer',
  set: 'pid = i.pid, last_started_at = now()',
  when: `r.status = 'starting'`,
});

const runningStatement = reportOf('report_sensors_running', {
  input: 'id bigint',
  set: `status = 'running'`,
  when: `r.status = 'starting'`,
});

const stoppedStatement = reportOf('report_sensors_stopped', {
  input: 'id bigint, exit_code integer, signal text',
  set: `status = 'stopped', ${exit}, ${over}`,
  when: underWay,
});

const crashedStatement = reportOf('report_sensors_crashed', {
  input: `id bigint, exit_code integer, signal text, error text, stderr_excerpt text,
    consecutive_failures integer, restart_in_ms double precision`,
  set: `status = 'backoff', next_restart_at = now() + i.restart_in_ms * interval '1 millisecond',
  consecutive_failures = i.consecutive_failures, pid = null, ${failure}`,
  when: alive,
});

const failedStatement = reportOf('report_sensors_failed', {
  input: 'id bigint, exit_code integer, signal text, error text, stderr_excerpt text',
  set: `status = 'failed', ${failure}, ${over}`,
  when: underWay,
});

const startDueStatement = statement<SensorRunRow>(
  'start_due_sensor_runs',
  `update attune.sensor_run r set status = 'starting', next_restart_at = null,
  restart_count = r.restart_count + 1, updated = now()
where r.worker = $1::bigint and r.incarnation = $2::integer
  and r.status = 'backoff' and r.next_restart_at <= now()
returning r.*`,
);

/* Elements and not a recordset: JSON null is a checkpoint too. */
const checkpointStatement = statement<{ id: number }>(
  'save_sensor_checkpoints',
  `with input as materialized (
  select distinct on (id) * from (
    select (c ->> 'id')::bigint as id, c -> 'checkpoint' as checkpoint, place
    from jsonb_array_elements($1::jsonb) with ordinality as i(c, place)
  ) given
  order by id, place desc
)
update attune.sensor_run r set checkpoint = i.checkpoint, updated = now()
from input i where r.id = i.id and ${held}
returning r.id`,
);

/** The program was started; it is not known yet whether it runs. */
export async function reportSensorsStarted(
  db: Db,
  starts: readonly SensorStart[],
  owner: WorkerHold,
): Promise<SensorRunRow[]> {
  return runReport(db, startedStatement, { reports: starts, owner });
}

/** starting → running. */
export async function reportSensorsRunning(
  db: Db,
  ids: readonly number[],
  owner: WorkerHold,
): Promise<SensorRunRow[]> {
  return runReport(db, runningStatement, { reports: ids.map((id) => ({ id })), owner });
}

/** starting, running or backoff → stopped: it is not wanted any more. The run has no owner then. */
export async function reportSensorsStopped(
  db: Db,
  exits: readonly SensorExit[],
  owner: WorkerHold,
): Promise<SensorRunRow[]> {
  return runReport(db, stoppedStatement, { reports: exits, owner });
}

/** starting or running → backoff. How long it waits for its restart is for the caller to decide. */
export async function reportSensorsCrashed(
  db: Db,
  crashes: readonly SensorCrash[],
  owner: WorkerHold,
): Promise<SensorRunRow[]> {
  return runReport(db, crashedStatement, { reports: crashes, owner });
}

/** starting, running or backoff → failed: it cannot run as it is defined. The run has no owner then. */
export async function reportSensorsFailed(
  db: Db,
  failures: readonly SensorFailure[],
  owner: WorkerHold,
): Promise<SensorRunRow[]> {
  return runReport(db, failedStatement, { reports: failures, owner });
}

/** backoff → starting for the runs of this owner whose time has come, by database time. */
export async function startDueSensorRuns(db: Db, owner: WorkerHold): Promise<SensorRunRow[]> {
  return startDueStatement.run(db, [owner.workerId, owner.incarnation]);
}

/** Kept for the next start; of several for one run the last one. Returns the runs that have it. */
export async function saveSensorCheckpoints(
  db: Db,
  checkpoints: readonly SensorCheckpoint[],
  owner: WorkerHold,
): Promise<number[]> {
  if (checkpoints.length === 0) return [];
  const input = checkpoints.map(({ id, checkpoint }) => ({ id, checkpoint: checkpoint ?? null }));
  const rows = await checkpointStatement.run(db, [toJson(input), owner.workerId, owner.incarnation]);
  return rows.map(({ id }) => id);
}

function reportOf(name: string, { input, set, when }: { input: string; set: string; when: string }) {
  return statement<SensorRunRow>(
    name,
    `with input as materialized (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as i(${input}) order by id
)
update attune.sensor_run r set ${set}, updated = now()
from input i where r.id = i.id and ${when} and ${held}
returning r.*`,
  );
}

async function runReport(
  db: Db,
  report: ReturnType<typeof reportOf>,
  { reports, owner }: { reports: readonly object[]; owner: WorkerHold },
): Promise<SensorRunRow[]> {
  if (reports.length === 0) return [];
  return report.run(db, [toJson(reports), owner.workerId, owner.incarnation]);
}
