import type { Retry } from '@attune/domain';
import { inTransaction } from '../database.js';
import type { WorkerRow } from '../schema/index.js';
import { makeExecution, makeWorker, useTestDatabase } from '../testing/index.js';
import { listAttempts, listExecutionHistory } from './execution-history.repository.js';
import { claimExecutions, finishExecutions } from './execution-run.repository.js';
import { getExecution } from './execution.repository.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import {
  deleteWorker,
  findWorkerByName,
  getWorker,
  listWorkers,
  registerWorker,
  releaseWorker,
  renewWorkerLease,
  setWorkerCordon,
} from './worker.repository.js';

const database = useTestDatabase();
const sweep = { limit: 100, decideRetry: () => undefined };
const retry: Retry = { count: 1, delay: 0, backoff: 'constant', jitter: 0, on: ['lost'] };

async function leaseRunsOut(worker: WorkerRow): Promise<void> {
  await database.db
    .updateTable('worker')
    .set({ lease_expires_at: new Date(0) })
    .where('id', '=', worker.id)
    .execute();
}

function holdOf({ id, incarnation }: WorkerRow) {
  return { workerId: id, incarnation };
}

it('ends what a lost worker ran: running is abandoned, canceling is cancelled, the rest is left alone', async () => {
  const { db } = database;
  const [worker, alive] = [await makeWorker(db), await makeWorker(db)];
  const running = await makeExecution(db, { status: 'running', worker });
  const canceling = await makeExecution(db, { status: 'canceling', worker });
  const over = await makeExecution(db, { status: 'completed', worker });
  const elsewhere = await makeExecution(db, { status: 'running', worker: alive });
  await leaseRunsOut(worker);

  const ended = await takeLostExecutions(db, sweep);

  expect(ended).toEqual([
    { id: running.id, attempt: 1, status: 'abandoned' },
    { id: canceling.id, attempt: 1, status: 'cancelled' },
  ]);
  expect(await getExecution(db, running.id)).toMatchObject({
    status: 'abandoned',
    finished_at: expect.any(Date),
    error: `worker ${worker.name} was lost during attempt 1`,
  });
  expect(await listAttempts(db, running.id)).toMatchObject([{ outcome: 'abandoned' }]);
  expect((await listExecutionHistory(db, canceling.id)).map((step) => step.to_status)).toEqual([
    'scheduled',
    'running',
    'canceling',
    'cancelled',
  ]);
  expect((await getExecution(db, over.id)).status).toBe('completed');
  expect((await getExecution(db, elsewhere.id)).status).toBe('running');
});

it('asks whether to try again, with the settings of the execution or its action', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const again = await makeExecution(db, { status: 'running', worker, retry });
  const never = await makeExecution(db, { status: 'running', worker });
  await releaseWorker(db, worker);
  const asked: unknown[] = [];
  const soon = new Date(Date.now() + 5_000);

  const ended = await takeLostExecutions(db, {
    limit: 100,
    decideRetry: (lost) => {
      asked.push(lost);
      return lost.retry?.on.includes('lost') === true ? { not_before: soon } : undefined;
    },
  });

  expect(asked).toMatchObject([
    { id: again.id, attempt: 1, status: 'running', worker: worker.id, retry },
    { id: never.id, retry: null },
  ]);
  expect(ended).toEqual([
    { id: again.id, attempt: 1, status: 'requested' },
    { id: never.id, attempt: 1, status: 'abandoned' },
  ]);
  expect(await getExecution(db, again.id)).toMatchObject({
    status: 'requested',
    attempt: 2,
    not_before: soon,
    waiting_for: 'retry',
    worker: null,
  });
  expect(await listAttempts(db, again.id)).toMatchObject([{ attempt: 1, outcome: 'abandoned' }]);
});

it('a worker that starts anew loses what it ran before, and keeps what it runs since', async () => {
  const { db } = database;
  const before = await makeWorker(db);
  const old = await makeExecution(db, { status: 'running', worker: before });
  await registerWorker(db, { name: before.name, leaseMs: 60_000 });
  const after = await getWorker(db, before.id);
  const present = await makeExecution(db, { status: 'running', worker: after });

  const ended = await takeLostExecutions(db, sweep);

  expect(ended).toEqual([{ id: old.id, attempt: 1, status: 'abandoned' }]);
  expect((await getExecution(db, present.id)).status).toBe('running');
  expect(await getWorker(db, before.id)).toMatchObject({
    incarnation: 2,
    recovered_incarnation: 1,
    status: 'active',
  });
  expect(await renewWorkerLease(db, { ...after, leaseMs: 60_000 })).toBe(true);
  expect(await renewWorkerLease(db, { ...before, leaseMs: 60_000 })).toBe(false);
});

it('once taken over, a worker can neither finish, claim nor renew', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const { id } = await makeExecution(db, { status: 'running', worker });
  const waiting = await makeExecution(db, { status: 'scheduled' });
  await leaseRunsOut(worker);
  await takeLostExecutions(db, sweep);

  expect(await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], holdOf(worker))).toEqual([]);
  expect(await renewWorkerLease(db, { ...worker, leaseMs: 60_000 })).toBe(false);
  expect(await claimExecutions(db, [{ id: waiting.id, attempt: 1 }], holdOf(worker))).toEqual([]);
  expect(await getWorker(db, worker.id)).toMatchObject({ status: 'inactive' });
});

it('a lease that ran out and that nobody has noticed can be renewed: nothing was taken', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const { id } = await makeExecution(db, { status: 'running', worker });
  await leaseRunsOut(worker);

  expect(await renewWorkerLease(db, { ...worker, leaseMs: 60_000 })).toBe(true);

  expect(await takeLostExecutions(db, sweep)).toEqual([]);
  expect(await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], holdOf(worker))).toHaveLength(
    1,
  );
});

it('many are taken in bounded steps, and the worker is done with after the last', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  for (let n = 0; n < 5; n += 1) await makeExecution(db, { status: 'running', worker });
  await leaseRunsOut(worker);

  const steps = [];
  for (let n = 0; n < 4; n += 1) {
    steps.push((await takeLostExecutions(db, { ...sweep, limit: 2 })).length);
    steps.push((await getWorker(db, worker.id)).recovered_incarnation);
  }

  expect(steps).toEqual([2, 0, 2, 0, 1, 1, 0, 1]);
});

it('of 10 replicas at the same time one ends each execution', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const rows = [];
  for (let n = 0; n < 6; n += 1) rows.push(await makeExecution(db, { status: 'running', worker }));
  await leaseRunsOut(worker);

  const answers = await Promise.all(Array.from({ length: 10 }, () => takeLostExecutions(db, sweep)));

  expect(answers.flat().map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

it('a claim that is under way holds the takeover off, so that it is not missed', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const { id } = await makeExecution(db, { status: 'scheduled' });

  await inTransaction(db, async (trx) => {
    await claimExecutions(trx, [{ id, attempt: 1 }], holdOf(worker));
    await leaseRunsOut(worker);
    expect(await takeLostExecutions(db, sweep)).toEqual([]);
  });

  expect(await takeLostExecutions(db, sweep)).toMatchObject([{ id, status: 'abandoned' }]);
});

it('workers are listed by name, role and life, cordoned and removed', async () => {
  const { db } = database;
  const [a, b] = [
    await makeWorker(db, { name: 'zz-a' }),
    await makeWorker(db, { name: 'zz-b', worker_role: 'sensor' }),
  ];
  await releaseWorker(db, a);
  await releaseWorker(db, a);
  const names = async (filter: Parameters<typeof listWorkers>[1]) =>
    (await listWorkers(db, filter, { limit: 1_000 })).items
      .map((worker) => worker.name)
      .filter((name) => name.startsWith('zz-'));

  expect(await names({})).toEqual(['zz-a', 'zz-b']);
  expect(await names({ alive: true })).toEqual(['zz-b']);
  expect(await names({ role: 'action', status: 'inactive' })).toEqual(['zz-a']);
  expect(await setWorkerCordon(db, b.id, { reason: 'repair' })).toMatchObject({
    cordoned: true,
    cordon_reason: 'repair',
    cordoned_at: expect.any(Date),
  });
  expect(await setWorkerCordon(db, b.id, null)).toMatchObject({ cordoned: false, cordoned_at: null });
  expect(await deleteWorker(db, b.id)).toBe(false);
  await takeLostExecutions(db, sweep);
  expect(await deleteWorker(db, a.id)).toBe(true);
  expect(await findWorkerByName(db, 'zz-a')).toBeUndefined();
});
