import {
  deferExecutions,
  getExecution,
  insertExecutions,
  listAttempts,
  registerWorker,
  releaseWorker,
} from '@attune/db';
import type { WorkerRow } from '@attune/db';
import type { Retry } from '@attune/domain';
import {
  makeAction,
  makeEvent,
  makeExecution,
  makeOlder,
  makeWorker,
  useTestDatabase,
} from '@attune/db/testing';
import {
  eventCreated,
  executionCancelRequested,
  executionFinished,
  executionRequested,
  executionScheduled,
} from '@attune/mq';

import { createLogger } from '@attune/service';
import { waitUntil } from '@attune/testing';

import { testContext } from '../context.testing.js';
import type { TestContext } from '../context.testing.js';
import { logRetention } from '../logger.js';
import { cancelingSweep } from './canceling.sweep.js';
import { delayedSweep } from './delayed.sweep.js';
import { longRunsSweep } from './long-runs.sweep.js';
import { lostWorkersSweep } from './lost-workers.sweep.js';
import { pendingEventsSweep } from './pending-events.sweep.js';
import { startRetention } from './retention.sweep.js';
import { requestedSweep } from './requested.sweep.js';
import { scheduledSweep } from './scheduled.sweep.js';
import type { Sweep } from './sweep.js';
import { unsettledSweep } from './unsettled.sweep.js';
import { waitingForWorkerSweep } from './waiting-for-worker.sweep.js';

const database = useTestDatabase();
const overAMinute = { olderThanMs: 60_000, limit: 100 };

let ctx: TestContext;

beforeEach(async () => {
  await database.db.deleteFrom('event').execute();
  await database.db.deleteFrom('execution').execute();
  ctx = testContext(database.db);
});

/** As if everything there is had been announced, and had happened, two minutes earlier. */
async function twoMinutesPass(): Promise<void> {
  const then = new Date(Date.now() - 120_000);
  const { db } = database;
  await db.updateTable('event').set({ announced_at: then }).where('announced_at', 'is not', null).execute();
  for (const column of ['announced_at', 'scheduled_at', 'finished_at'] as const) {
    await db
      .updateTable('execution')
      .set({ [column]: then })
      .where(column, 'is not', null)
      .execute();
  }
}

describe.each([
  {
    sweep: pendingEventsSweep,
    contract: eventCreated,
    make: async () => ({ eventIds: [(await makeEvent(database.db)).id] }),
  },
  {
    sweep: requestedSweep,
    contract: executionRequested,
    make: async () => ({ executionId: (await makeExecution(database.db)).id }),
  },
  {
    sweep: scheduledSweep,
    contract: executionScheduled,
    make: async () => ({
      executionId: (await makeExecution(database.db, { status: 'scheduled' })).id,
      attempt: 1,
    }),
  },
  {
    sweep: cancelingSweep,
    contract: executionCancelRequested,
    make: async () => ({
      executionId: (await makeExecution(database.db, { status: 'canceling' })).id,
      attempt: 1,
    }),
  },
  {
    sweep: unsettledSweep,
    contract: executionFinished,
    make: async () => ({
      executionId: (await makeExecution(database.db, { status: 'completed' })).id,
      attempt: 1,
    }),
  },
])('the sweep $sweep.name', ({ sweep, contract, make }) => {
  it('announces exactly what is overdue', async () => {
    const overdue = [await make(), await make()];
    await twoMinutesPass();
    await make();

    const found = await sweep.run(ctx, overAMinute);

    expect(found).toBe(2);
    expect(ctx.publisher.bodies(contract)).toEqual(expect.arrayContaining(overdue));
    expect(ctx.publisher.published).toHaveLength(2);
  });

  it('announces a row more and more rarely', async () => {
    await make();
    await twoMinutesPass();
    await sweep.run(ctx, overAMinute);

    expect(await sweep.run(ctx, overAMinute)).toBe(0);
    expect(await waitsLongerEachTime(sweep)).toBe(true);
  });

  it('shares the rows among executors that look at once', async () => {
    const rows = await Promise.all(Array.from({ length: 20 }, () => make()));
    await twoMinutesPass();
    const other = testContext(database.db);

    const found = await Promise.all([sweep.run(ctx, overAMinute), sweep.run(other, overAMinute)]);

    expect(found[0] + found[1]).toBe(rows.length);
    const announced = [ctx, other].flatMap(({ publisher }) => publisher.bodies(contract));
    expect(announced).toEqual(expect.arrayContaining(rows));
  });

  it('takes no more than the limit', async () => {
    await Promise.all([make(), make(), make()]);
    await twoMinutesPass();

    expect(await sweep.run(ctx, { ...overAMinute, limit: 2 })).toBe(2);
    expect(await sweep.run(ctx, { ...overAMinute, limit: 2 })).toBe(1);
  });
});

/** Whether the only row there is was moved further ahead by its second find than by its first. */
async function waitsLongerEachTime(sweep: Sweep): Promise<boolean> {
  const first = await announcedAt();
  await twoMinutesPass();
  await sweep.run(ctx, overAMinute);
  return (await announcedAt()) - Date.now() > first - Date.now() + 30_000;
}

async function announcedAt(): Promise<number> {
  const { db } = database;
  const event = await db.selectFrom('event').select('announced_at').executeTakeFirst();
  const execution = await db.selectFrom('execution').select('announced_at').executeTakeFirst();
  return (event ?? execution)?.announced_at?.getTime() ?? 0;
}

it('a scheduled execution is announced to its dispatch queue', async () => {
  await makeExecution(ctx.db, { status: 'scheduled', dispatch_queue: 'dispatch.python' });
  await twoMinutesPass();

  await scheduledSweep.run(ctx, overAMinute);

  expect(ctx.publisher.published[0]?.dispatchQueue).toBe('dispatch.python');
});

describe('the sweep delayed', () => {
  it('announces executions whose time has come, once, and no others', async () => {
    const { ref: action_ref } = await makeAction(ctx.db);
    const [due] = await insertExecutions(ctx.db, [
      { action_ref, not_before: new Date(Date.now() - 1_000) },
      { action_ref, not_before: new Date(Date.now() + 3_600_000) },
      { action_ref },
    ]);

    const found = [await delayedSweep.run(ctx, overAMinute), await delayedSweep.run(ctx, overAMinute)];

    expect(found).toEqual([1, 0]);
    expect(ctx.publisher.bodies(executionRequested)).toEqual([{ executionId: due?.id }]);
    expect(await getExecution(ctx.db, due?.id ?? 0)).toMatchObject({ not_before: null, waiting_for: null });
  });
});

describe('the sweep waiting_for_worker', () => {
  const waitFor = async (queue: string) => {
    const { id } = await makeExecution(ctx.db);
    await deferExecutions(ctx.db, [{ id, waiting_for: 'worker', detail: 'none', dispatch_queue: queue }]);
    return id;
  };

  it('announces executions that a worker has come for, once, and no others', async () => {
    const shell = await waitFor('dispatch.shell');
    await waitFor('dispatch.cobol');
    await makeWorker(ctx.db, { capabilities: { runtimes: ['shell'] } });

    const found = [
      await waitingForWorkerSweep.run(ctx, overAMinute),
      await waitingForWorkerSweep.run(ctx, overAMinute),
    ];

    expect(found).toEqual([1, 0]);
    expect(ctx.publisher.bodies(executionRequested)).toEqual([{ executionId: shell }]);
  });
});

describe('the sweep lost', () => {
  const atOnce: Retry = { count: 1, delay: 0, backoff: 'constant', jitter: 0, on: ['lost'] };

  const running = (worker: WorkerRow, values: { status?: 'canceling'; retry?: Retry } = {}) =>
    makeExecution(ctx.db, { status: 'running', worker, ...values });

  it('abandons what a worker held whose lease is over', async () => {
    const worker = await makeWorker(ctx.db);
    const { id } = await running(worker);
    await releaseWorker(ctx.db, worker);

    await lostWorkersSweep.run(ctx, overAMinute);

    expect(await getExecution(ctx.db, id)).toMatchObject({
      status: 'abandoned',
      error: `worker ${worker.name} was lost during attempt 1`,
    });
    expect(ctx.publisher.bodies(executionFinished)).toEqual([{ executionId: id, attempt: 1 }]);
  });

  it('abandons what an earlier start of a worker held', async () => {
    const worker = await makeWorker(ctx.db);
    const { id } = await running(worker);
    await registerWorker(ctx.db, { name: worker.name, leaseMs: 60_000 });

    await lostWorkersSweep.run(ctx, overAMinute);

    expect(await getExecution(ctx.db, id)).toMatchObject({ status: 'abandoned' });
  });

  it('tries again what is to be retried after a loss', async () => {
    const worker = await makeWorker(ctx.db);
    const { id } = await running(worker, { retry: atOnce });
    await releaseWorker(ctx.db, worker);

    await lostWorkersSweep.run(ctx, overAMinute);

    expect(await getExecution(ctx.db, id)).toMatchObject({ status: 'requested', attempt: 2 });
    expect(await listAttempts(ctx.db, id)).toMatchObject([{ attempt: 1, outcome: 'abandoned' }]);
    expect(ctx.publisher.bodies(executionFinished)).toEqual([{ executionId: id, attempt: 1 }]);
  });

  it('abandons what has retry settings that cannot be read', async () => {
    const worker = await makeWorker(ctx.db);
    const { id } = await running(worker, { retry: { count: 'many' } as unknown as Retry });
    await releaseWorker(ctx.db, worker);

    await lostWorkersSweep.run(ctx, overAMinute);

    expect(await getExecution(ctx.db, id)).toMatchObject({ status: 'abandoned' });
  });

  it('does not retry what is being cancelled', async () => {
    const worker = await makeWorker(ctx.db);
    const { id } = await running(worker, { status: 'canceling', retry: atOnce });
    await releaseWorker(ctx.db, worker);

    await lostWorkersSweep.run(ctx, overAMinute);

    expect(await getExecution(ctx.db, id)).toMatchObject({ status: 'cancelled' });
  });

  it('leaves the executions of a live worker alone', async () => {
    const { id } = await running(await makeWorker(ctx.db));
    await twoMinutesPass();

    expect(await lostWorkersSweep.run(ctx, overAMinute)).toBe(0);
    expect(await getExecution(ctx.db, id)).toMatchObject({ status: 'running' });
  });
});

it('the sweep long_runs announces nothing', async () => {
  await makeExecution(ctx.db, { status: 'running' });
  await twoMinutesPass();

  const found = [await longRunsSweep.run(ctx, overAMinute), await longRunsSweep.run(ctx, overAMinute)];

  expect(found).toEqual([1, 0]);
  expect(ctx.publisher.published).toEqual([]);
});

describe('retention', () => {
  const makeAllOld = async () => {
    const executions = await ctx.db.selectFrom('execution').select('id').execute();
    await makeOlder(ctx.db, 'execution', { days: 31, keys: executions.map(({ id }) => id) });
  };
  const pace = { interval_ms: 3_600_000, budget_ms: 60_000, share: 1, batch_size: 1 };

  it('removes what is kept no longer at the first look, and logs how much', async () => {
    const { db } = ctx;
    const lines: string[] = [];
    const log = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
    for (let n = 0; n < 3; n += 1) await makeExecution(db, { status: 'completed', settled: true });
    await makeAllOld();
    const young = await makeExecution(db, { status: 'completed', settled: true });

    const retention = startRetention({ db, log }, pace);
    await waitUntil(() => lines.length > 0);
    await retention.stop();

    expect(await db.selectFrom('execution').select('id').execute()).toEqual([{ id: young.id }]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'retention.applied', level: 'info', target: 'execution', deleted: 3, complete: true },
    ]);
  });

  it('says which rows could not be removed', async () => {
    const lines: string[] = [];
    const log = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
    const counts = { deleted: 0, kept: 0, batches: 0 };
    const outcome = { cutoff: null, complete: false, dry_run: false, error: 'no' };

    logRetention(log, [{ target: 'event', ...counts, ...outcome }]);

    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'retention.applied', level: 'error', target: 'event', error: 'no' },
    ]);
  });

  it('does not begin a batch once it is stopped', async () => {
    const { db } = ctx;
    const { id } = await makeExecution(db, { status: 'completed', settled: true });
    await makeAllOld();

    await startRetention(ctx, pace).stop();

    expect(await db.selectFrom('execution').select('id').execute()).toEqual([{ id }]);
  });
});
