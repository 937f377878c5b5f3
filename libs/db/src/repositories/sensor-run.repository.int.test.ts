import { inTransaction } from '../database.js';
import { countStatements } from '../testing/count-statements.js';
import { makeSensor, makeSensorRun, makeWorker, useTestDatabase } from '../testing/index.js';
import { race } from '../testing/race.js';
import type { SensorRunRow, WorkerRow } from '../schema/index.js';
import {
  reportSensorsCrashed,
  reportSensorsFailed,
  reportSensorsRunning,
  reportSensorsStarted,
  reportSensorsStopped,
  saveSensorCheckpoints,
  startDueSensorRuns,
} from './sensor-run-report.repository.js';
import {
  deleteUnwantedSensorRuns,
  ensureSensorRuns,
  findSensorRun,
  getSensorRun,
  listSensorRuns,
  releaseSensorRuns,
  renewSensorRunLeases,
  takeSensorRuns,
} from './sensor-run.repository.js';
import { deleteSensor, updateSensor } from './sensor.repository.js';
import { registerWorker, releaseWorker } from './worker.repository.js';

const database = useTestDatabase();
const past = new Date(Date.now() - 60_000);
const lease = { leaseMs: 60_000, limit: 100 };

afterEach(() => database.db.deleteFrom('sensor').execute());

function holdOf({ id, incarnation }: WorkerRow) {
  return { workerId: id, incarnation };
}

async function makeOwner() {
  return holdOf(await makeWorker(database.db, { worker_role: 'sensor' }));
}

async function leaseRunsOut({ id }: SensorRunRow): Promise<void> {
  const { db } = database;
  await db.updateTable('sensor_run').set({ lease_expires_at: past }).where('id', '=', id).execute();
}

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id).sort((a, b) => a - b);

describe('runs of sensors', () => {
  it('are one for each partition, made once by 20 services at the same time', async () => {
    const { db } = database;
    const [one, three] = [await makeSensor(db), await makeSensor(db, { partitions: 3 })];

    const answers = await race(db, 20, (connection) =>
      ensureSensorRuns(connection, [three.id, one.id, 4711]),
    );

    const { items } = await listSensorRuns(db, {}, { limit: 10 });
    expect(
      items.map(({ sensor_ref, partition, status, worker }) => [sensor_ref, partition, status, worker]),
    ).toEqual([
      [one.ref, 0, 'starting', null],
      [three.ref, 0, 'starting', null],
      [three.ref, 1, 'starting', null],
      [three.ref, 2, 'starting', null],
    ]);
    for (const answer of answers) expect(idsOf(answer)).toEqual(idsOf(items));
  });

  it('that are under way are left alone; those that are over begin anew and keep what they knew', async () => {
    const { db } = database;
    const running = await makeSensorRun(db, { status: 'running' });
    const restarting = await makeSensorRun(db, { status: 'backoff' });
    const worker = await makeWorker(db);
    const crashed = await makeSensorRun(db, { status: 'backoff', worker });
    const owner = holdOf(worker);
    await saveSensorCheckpoints(db, [{ id: crashed.id, checkpoint: { cursor: 9 } }], owner);
    await reportSensorsFailed(db, [{ id: crashed.id, error: 'no such program' }], owner);

    const runs = await ensureSensorRuns(db, [running.sensor, restarting.sensor, crashed.sensor]);

    expect(restarting.consecutive_failures).toBe(1);
    expect(runs.find(({ id }) => id === running.id)).toEqual(running);
    expect(runs.find(({ id }) => id === restarting.id)).toEqual(restarting);
    expect(runs.find(({ id }) => id === crashed.id)).toMatchObject({
      status: 'starting',
      worker: null,
      consecutive_failures: 0,
      last_exit_code: 1,
      last_error: 'no such program',
      checkpoint: { cursor: 9 },
    });
  });

  it('are listed by sensor, owner and state', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const [mine, free] = [await makeSensorRun(db, { worker }), await makeSensorRun(db, { worker: null })];
    const stopped = await makeSensorRun(db, { status: 'stopped' });
    const ids = async (filter: Parameters<typeof listSensorRuns>[1]) =>
      (await listSensorRuns(db, filter, { limit: 10 })).items.map(({ id }) => id);

    expect(await ids({ worker: worker.id })).toEqual([mine.id]);
    expect(await ids({ status: 'stopped' })).toEqual([stopped.id]);
    expect(await ids({ sensor: free.sensor })).toEqual([free.id]);
    expect(await ids({ sensor_ref: `${free.sensor_ref.split('.')[0]}.*` })).toEqual([free.id]);
  });

  it('go with their sensor, and with a partition that it no longer has, unless somebody owns them', async () => {
    const { db } = database;
    const sensor = await makeSensor(db, { partitions: 3 });
    const owner = await makeOwner();
    const [first, second, third] = (await ensureSensorRuns(db, [sensor.id])).sort(
      (a, b) => a.partition - b.partition,
    );
    await takeSensorRuns(db, owner, lease);
    await updateSensor(db, sensor.id, { partitions: 1 });

    expect(await deleteUnwantedSensorRuns(db)).toEqual([]);
    await reportSensorsStopped(db, [{ id: second!.id }], owner);
    expect(await deleteUnwantedSensorRuns(db)).toEqual([second!.id]);
    await leaseRunsOut(third!);
    expect((await race(db, 20, (connection) => deleteUnwantedSensorRuns(connection))).flat()).toEqual([
      third!.id,
    ]);
    expect(await findSensorRun(db, first!.id)).toBeDefined();
    await deleteSensor(db, sensor.id);
    expect(await findSensorRun(db, first!.id)).toBeUndefined();
  });
});

describe('the lease of a run', () => {
  it('goes to one of 20 services that want all of them at the same time', async () => {
    const { db } = database;
    const sensors = [];
    for (let n = 0; n < 6; n += 1) sensors.push((await makeSensorRun(db, { worker: null })).sensor);
    const owners: Awaited<ReturnType<typeof makeOwner>>[] = [];
    for (let n = 0; n < 20; n += 1) owners.push(await makeOwner());

    const answers = await race(db, 20, (connection, n) =>
      takeSensorRuns(connection, owners[n]!, { ...lease, limit: 2 }),
    );

    const { items } = await listSensorRuns(db, {}, { limit: 10 });
    expect(idsOf(answers.flat())).toEqual(idsOf(items));
    for (const [n, taken] of answers.entries()) {
      expect(taken.length).toBeLessThanOrEqual(2);
      for (const run of taken) {
        expect(run).toMatchObject({ worker: owners[n]!.workerId, incarnation: owners[n]!.incarnation });
        expect(run.lease_expires_at!.getTime()).toBeGreaterThan(Date.now());
      }
    }
  });

  it('is not given for runs that another transaction holds, that are over, or of other sensors', async () => {
    const { db } = database;
    const owner = await makeOwner();
    const [held, free, other] = [
      await makeSensorRun(db, { worker: null }),
      await makeSensorRun(db, { worker: null }),
      await makeSensorRun(db, { worker: null }),
    ];
    await makeSensorRun(db, { status: 'stopped' });

    await inTransaction(db, async (trx) => {
      await trx.selectFrom('sensor_run').select('id').where('id', '=', held.id).forUpdate().execute();
      const taken = await takeSensorRuns(db, owner, { ...lease, sensors: [held.sensor, free.sensor] });
      expect(taken.map(({ id }) => id)).toEqual([free.id]);
    });

    expect(await takeSensorRuns(db, owner, { ...lease, sensors: [] })).toEqual([]);
    expect(idsOf(await takeSensorRuns(db, owner, lease))).toEqual([held.id, other.id]);
  });

  it('passes to another when it is over: what was running is started there at once, without a failure', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const run = await makeSensorRun(db, { status: 'running', worker });
    const heir = await makeOwner();
    expect(await takeSensorRuns(db, heir, lease)).toEqual([]);
    await leaseRunsOut(run);

    const [taken] = await takeSensorRuns(db, heir, lease);

    expect(taken).toMatchObject({
      id: run.id,
      status: 'backoff',
      worker: heir.workerId,
      pid: null,
      consecutive_failures: 0,
      last_stopped_at: expect.any(Date),
    });
    expect(await renewSensorRunLeases(db, holdOf(worker), lease)).toEqual([]);
    expect(await reportSensorsStopped(db, [{ id: run.id }], holdOf(worker))).toEqual([]);
    expect(await startDueSensorRuns(db, heir)).toMatchObject([
      { id: run.id, status: 'starting', restart_count: 1, next_restart_at: null },
    ]);
  });

  it('is renewed also when it ran out and nobody took it: its owner does not take it from itself', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const [run, other] = [
      await makeSensorRun(db, { status: 'running', worker }),
      await makeSensorRun(db, { status: 'backoff', worker }),
    ];
    await leaseRunsOut(run);

    expect(await takeSensorRuns(db, holdOf(worker), lease)).toEqual([]);
    const renewed = await countStatements(database, (db) => renewSensorRunLeases(db, holdOf(worker), lease));

    expect(renewed.statements).toBe(1);
    expect(renewed.answer.sort((a, b) => a - b)).toEqual([run.id, other.id]);
    expect((await getSensorRun(db, run.id)).lease_expires_at!.getTime()).toBeGreaterThan(Date.now());
    expect(await takeSensorRuns(db, await makeOwner(), lease)).toEqual([]);
  });

  it('of an earlier incarnation passes to the next one at once', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const run = await makeSensorRun(db, { status: 'running', worker });
    const { id, incarnation } = await registerWorker(db, { name: worker.name, leaseMs: 60_000 });

    expect(await takeSensorRuns(db, holdOf(worker), lease)).toEqual([]);
    expect(await takeSensorRuns(db, { workerId: id, incarnation }, lease)).toMatchObject([
      { id: run.id, worker: id, incarnation: 2 },
    ]);
    expect(await reportSensorsRunning(db, [run.id], holdOf(worker))).toEqual([]);
  });

  it('is given to nobody whose own registration has ended', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    await makeSensorRun(db, { worker: null });
    await releaseWorker(db, worker);

    expect(await takeSensorRuns(db, holdOf(worker), lease)).toEqual([]);
  });

  it('is given back by an owner that leaves, for all its runs in one statement', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const [running, waiting] = [
      await makeSensorRun(db, { status: 'running', worker }),
      await makeSensorRun(db, { status: 'backoff', worker }),
    ];
    const other = await makeSensorRun(db, { status: 'running' });

    const released = await countStatements(database, (db) => releaseSensorRuns(db, holdOf(worker)));

    expect(released.statements).toBe(1);
    expect(released.answer.sort((a, b) => a - b)).toEqual([running.id, waiting.id]);
    expect(await getSensorRun(db, running.id)).toMatchObject({
      status: 'backoff',
      worker: null,
      incarnation: null,
      lease_expires_at: null,
      pid: null,
    });
    expect(await getSensorRun(db, waiting.id)).toMatchObject({ next_restart_at: waiting.next_restart_at });
    expect(await getSensorRun(db, other.id)).toEqual(other);
  });
});

describe('the owner of a run', () => {
  it('says how its program starts, runs, crashes and is stopped', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const owner = holdOf(worker);
    const { id } = await makeSensorRun(db, { worker });

    expect(await reportSensorsStarted(db, [{ id, pid: 17 }], owner)).toMatchObject([
      { status: 'starting', pid: 17, last_started_at: expect.any(Date) },
    ]);
    expect(await reportSensorsRunning(db, [id], owner)).toMatchObject([{ status: 'running', pid: 17 }]);
    const failure = { id, exit_code: 137, signal: 'SIGKILL', error: 'it was killed', stderr_excerpt: 'oh' };
    const [crashed] = await reportSensorsCrashed(
      db,
      [{ ...failure, consecutive_failures: 3, restart_in_ms: 60_000 }],
      owner,
    );
    expect(crashed).toMatchObject({
      status: 'backoff',
      pid: null,
      consecutive_failures: 3,
      restart_count: 0,
      last_exit_code: 137,
      last_signal: 'SIGKILL',
      last_error: 'it was killed',
      stderr_excerpt: 'oh',
      last_stopped_at: expect.any(Date),
      worker: worker.id,
    });
    const wait = crashed!.next_restart_at!.getTime() - crashed!.last_stopped_at!.getTime();
    expect(wait).toBe(60_000);
    expect(await startDueSensorRuns(db, owner)).toEqual([]);

    const [stopped] = await reportSensorsStopped(db, [{ id }], owner);

    expect(stopped).toEqual({
      ...crashed,
      status: 'stopped',
      next_restart_at: null,
      worker: null,
      incarnation: null,
      lease_expires_at: null,
      updated: stopped!.updated,
    });
  });

  it('reports many programs at once, each in its own words', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const [one, other] = [
      await makeSensorRun(db, { status: 'running', worker }),
      await makeSensorRun(db, { status: 'running', worker }),
    ];
    const failures = [
      { id: other.id, error: 'b', exit_code: 2 },
      { id: one.id, error: 'a', exit_code: 1 },
      { id: 4711, error: 'c' },
    ];

    const { answer, statements } = await countStatements(database, (db) =>
      reportSensorsFailed(db, failures, holdOf(worker)),
    );

    expect(statements).toBe(1);
    expect(idsOf(answer)).toEqual([one.id, other.id]);
    expect(await getSensorRun(db, one.id)).toMatchObject({ last_error: 'a', last_exit_code: 1 });
    expect(await getSensorRun(db, other.id)).toMatchObject({ last_error: 'b', last_exit_code: 2 });
  });

  it.each([
    ['an object', { cursor: 9 }],
    ['null', null],
    ['a list', [1]],
  ])('keeps %s as a checkpoint; of several the last one', async (_what, checkpoint) => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeSensorRun(db, { status: 'running', worker });

    expect(
      await saveSensorCheckpoints(
        db,
        [
          { id, checkpoint: 'earlier' },
          { id, checkpoint },
        ],
        holdOf(worker),
      ),
    ).toEqual([id]);

    const stored = await db
      .selectFrom('sensor_run')
      .select((eb) => ['checkpoint', eb('checkpoint', 'is', null).as('missing')])
      .where('id', '=', id)
      .execute();
    expect(stored).toEqual([{ checkpoint, missing: false }]);
  });
});
