import type { ExecutionStatus } from '@attune/domain';
import type { WorkerRow } from '../schema/index.js';
import { ledger } from '../ledger.js';
import { countStatements } from '../testing/count-statements.js';
import { makeAction, makeExecution, makeWorker, useTestDatabase } from '../testing/index.js';
import { updateAction } from './action.repository.js';
import { cancelPackExecutions, requestCancel, requestCancels } from './execution-cancel.repository.js';
import { listAttempts, listExecutionHistory } from './execution-history.repository.js';
import type { WorkerHold } from './execution-run.repository.js';
import { claimExecutions, finishExecutions, listClaimedExecutions } from './execution-run.repository.js';
import {
  deferExecutions,
  loadRequestedExecutions,
  scheduleExecutions,
} from './execution-scheduling.repository.js';
import { settleExecutions } from './execution-settlement.repository.js';
import {
  finishParkedExecutions,
  parkExecutions,
  pauseExecutions,
  resumeExecutions,
  startParkedExecutions,
} from './execution-waiting.repository.js';
import { getExecution } from './execution.repository.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import { takeDueDelayed } from './sweep.repository.js';
import { registerWorker, releaseWorker } from './worker.repository.js';

const database = useTestDatabase();
const queue = 'dispatch.noop';
const past = new Date(0);

function holdOf(worker: WorkerRow): WorkerHold {
  return { workerId: worker.id, incarnation: worker.incarnation };
}

async function statusOf(id: number): Promise<ExecutionStatus> {
  return (await getExecution(database.db, id)).status;
}

describe('a whole life', () => {
  it('is written by one statement per step, whatever the size of the batch', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const rows = [];
    for (let n = 0; n < 5; n += 1) rows.push(await makeExecution(db));
    const ids = rows.map((row) => row.id);

    const scheduled = await countStatements(database, (db) =>
      scheduleExecutions(
        db,
        ids.map((id) => ({ id, dispatch_queue: queue })),
      ),
    );
    const claimed = await countStatements(database, (db) =>
      claimExecutions(db, scheduled.answer, holdOf(worker)),
    );
    const outcomes = claimed.answer.map(({ id, attempt }) => ({ id, attempt, status: 'completed' as const }));
    const finished = await countStatements(database, (db) => finishExecutions(db, outcomes, holdOf(worker)));
    const settled = await countStatements(database, (db) => settleExecutions(db, ids));

    expect([scheduled, claimed, finished, settled].map(({ statements }) => statements)).toEqual([1, 1, 1, 1]);
    expect(scheduled.answer).toEqual(ids.map((id) => ({ id, attempt: 1, dispatch_queue: queue })));
    expect(finished.answer).toEqual(ids.map((id) => ({ id, attempt: 1, status: 'completed' })));
    expect(settled.answer.map(({ id, status }) => ({ id, status }))).toEqual(
      ids.map((id) => ({ id, status: 'completed' })),
    );
  });

  it('leaves times, attempt, history and result', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const result = { exit_code: 0, data: { text: 'nul \0 and \ud800 half' } };

    const row = await makeExecution(db, { status: 'completed', settled: true, worker, result });

    expect(await getExecution(db, row.id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      worker: worker.id,
      incarnation: worker.incarnation,
      dispatch_queue: queue,
      scheduled_at: expect.any(Date),
      started_at: expect.any(Date),
      finished_at: expect.any(Date),
      settled_at: expect.any(Date),
      announced_at: null,
      result: { exit_code: 0, data: { text: 'nul \ufffd and \ufffd half' } },
    });
    expect(await listAttempts(db, row.id)).toMatchObject([
      { attempt: 1, worker: worker.id, outcome: 'completed', finished_at: expect.any(Date), error: null },
    ]);
    expect(await listExecutionHistory(db, row.id)).toMatchObject([
      { from_status: 'requested', to_status: 'scheduled', attempt: 1, worker: null },
      { from_status: 'scheduled', to_status: 'running', attempt: 1, worker: worker.id },
      { from_status: 'running', to_status: 'completed', attempt: 1, worker: worker.id },
    ]);
  });

  it('a failed attempt that may be tried again becomes the request of the next', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeExecution(db, { status: 'running', worker });
    const later = new Date(Date.now() + 60_000);

    const ended = await finishExecutions(
      db,
      [
        {
          id,
          attempt: 1,
          status: 'failed',
          error: 'exit code 1',
          result: { n: 1 },
          retry: { not_before: later },
        },
      ],
      holdOf(worker),
    );

    expect(ended).toEqual([{ id, attempt: 1, status: 'requested' }]);
    expect(await getExecution(db, id)).toMatchObject({
      status: 'requested',
      attempt: 2,
      not_before: later,
      waiting_for: 'retry',
      waiting_detail: 'exit code 1',
      worker: null,
      started_at: null,
      finished_at: null,
      result: null,
    });
    expect(await loadRequestedExecutions(db, [id])).toEqual([]);
    expect(await scheduleExecutions(db, [{ id, dispatch_queue: queue }])).toEqual([]);
    await database.db.updateTable('execution').set({ not_before: past }).where('id', '=', id).execute();
    expect(await scheduleExecutions(db, [{ id, dispatch_queue: queue }])).toMatchObject([{ attempt: 2 }]);
    await claimExecutions(db, [{ id, attempt: 2 }], holdOf(worker));
    await finishExecutions(db, [{ id, attempt: 2, status: 'completed' }], holdOf(worker));
    const steps = await listExecutionHistory(db, id);
    expect(steps.map(({ from_status, to_status, attempt }) => [from_status, to_status, attempt])).toEqual([
      ['requested', 'scheduled', 1],
      ['scheduled', 'running', 1],
      ['running', 'requested', 1],
      ['requested', 'scheduled', 2],
      ['scheduled', 'running', 2],
      ['running', 'completed', 2],
    ]);
    expect((await listAttempts(db, id)).map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
  });

  it('what is being cancelled is not tried again, and keeps the outcome it had', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeExecution(db, { status: 'canceling', worker });

    const outcome = { id, attempt: 1, status: 'failed', retry: { not_before: past } } as const;
    expect(await finishExecutions(db, [outcome], holdOf(worker))).toEqual([
      { id, attempt: 1, status: 'failed' },
    ]);
  });
});

describe('batches', () => {
  const verbs = {
    schedule: (ids: readonly number[]) =>
      scheduleExecutions(
        database.db,
        ids.map((id) => ({ id, dispatch_queue: queue })),
      ),
    claim: (ids: readonly number[], worker: WorkerRow) =>
      claimExecutions(
        database.db,
        ids.map((id) => ({ id, attempt: 1 })),
        holdOf(worker),
      ),
    complete: (ids: readonly number[], worker: WorkerRow) =>
      finishExecutions(
        database.db,
        ids.map((id) => ({ id, attempt: 1, status: 'completed' as const })),
        holdOf(worker),
      ),
  };

  it.each([
    ['schedule', 'requested'],
    ['claim', 'scheduled'],
    ['complete', 'running'],
  ] as const)(
    '%s: those that overlap in any order do not deadlock, each row has one winner',
    async (name, from) => {
      const { db } = database;
      const worker = await makeWorker(db);
      const ids: number[] = [];
      for (let n = 0; n < 30; n += 1) ids.push((await makeExecution(db, { status: from, worker })).id);

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => {
          const turned = [...ids.slice(n), ...ids.slice(0, n)];
          return verbs[name](n % 2 === 0 ? turned : turned.reverse(), worker);
        }),
      );

      const won = answers.map((rows) => rows.map(({ id }) => id));
      expect(won).toEqual(won.map((some) => some.toSorted((a, b) => a - b)));
      expect(won.flat().toSorted((a, b) => a - b)).toEqual(ids);
    },
  );

  it('pass over duplicates, unknown ids and rows in another state', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const ready = await makeExecution(db, { status: 'scheduled' });
    const early = await makeExecution(db);
    const over = await makeExecution(db, { status: 'completed', worker });
    const claims = [ready, early, over, ready].map(({ id }) => ({ id, attempt: 1 }));

    const claimed = await claimExecutions(db, [...claims, { id: 4711, attempt: 1 }], holdOf(worker));

    expect(claimed.map(({ id }) => id)).toEqual([ready.id]);
    expect(await settleExecutions(db, [over.id, over.id, ready.id, 4711])).toMatchObject([{ id: over.id }]);
    expect(await scheduleExecutions(db, [])).toEqual([]);
  });
});

describe('fences', () => {
  it('an attempt that is over can neither be claimed nor finished', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeExecution(db, { status: 'running', worker });
    await finishExecutions(
      db,
      [{ id, attempt: 1, status: 'failed', retry: { not_before: past } }],
      holdOf(worker),
    );
    await scheduleExecutions(db, [{ id, dispatch_queue: queue }]);

    expect(await claimExecutions(db, [{ id, attempt: 1 }], holdOf(worker))).toEqual([]);
    await claimExecutions(db, [{ id, attempt: 2 }], holdOf(worker));
    expect(await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], holdOf(worker))).toEqual([]);
    expect(await statusOf(id)).toBe('running');
  });

  it('only the worker and incarnation that hold an attempt can finish it', async () => {
    const { db } = database;
    const [worker, other] = [await makeWorker(db), await makeWorker(db)];
    const { id } = await makeExecution(db, { status: 'running', worker });
    const outcome = [{ id, attempt: 1, status: 'completed' }] as const;

    expect(await finishExecutions(db, outcome, holdOf(other))).toEqual([]);
    expect(await finishExecutions(db, outcome, { workerId: worker.id, incarnation: 2 })).toEqual([]);
    expect(await finishExecutions(db, outcome, holdOf(worker))).toHaveLength(1);
  });

  it.each([
    ['has been released', async (worker: WorkerRow) => releaseWorker(database.db, worker)],
    [
      'has a newer incarnation',
      async (worker: WorkerRow) => {
        await registerWorker(database.db, { name: worker.name, leaseMs: 60_000 });
      },
    ],
    [
      'let its lease run out',
      async (worker: WorkerRow) => {
        await database.db
          .updateTable('worker')
          .set({ lease_expires_at: past })
          .where('id', '=', worker.id)
          .execute();
      },
    ],
  ])('a worker that %s claims nothing', async (_why, lose) => {
    const worker = await makeWorker(database.db);
    const { id } = await makeExecution(database.db, { status: 'scheduled' });

    await lose(worker);

    expect(await claimExecutions(database.db, [{ id, attempt: 1 }], holdOf(worker))).toEqual([]);
    expect(await statusOf(id)).toBe('scheduled');
  });
});

describe('claims', () => {
  it('carry everything that is needed to run, from the version that was requested', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const retry = { count: 2, delay: 1, backoff: 'constant', jitter: 0, on: ['failed'] } as const;
    const action = await makeAction(db, { timeout_seconds: 30, retry: { ...retry, on: ['failed'] } });
    const first = await makeExecution(db, {
      action_ref: action.ref,
      config: { x: 1 },
      env_vars: { A: 'b' },
      timeout_seconds: 5,
    });
    const second = await makeExecution(db, { action_ref: action.ref });
    await updateAction(db, action.id, { entrypoint: 'newer', timeout_seconds: 99 });
    const claims = [first, second].map(({ id }) => ({ id, attempt: 1 }));
    await scheduleExecutions(
      db,
      claims.map(({ id }) => ({ id, dispatch_queue: queue })),
    );

    const claimed = await claimExecutions(db, claims, holdOf(worker));

    expect(claimed).toMatchObject([
      {
        id: first.id,
        attempt: 1,
        action_ref: action.ref,
        pack_ref: action.pack_ref,
        config: { x: 1 },
        env_vars: { A: 'b' },
        timeout_seconds: 5,
        retry,
        action_snapshot: { entrypoint: 'noop', runtime_ref: 'core.noop', timeout_seconds: 30 },
      },
      { id: second.id, config: null, timeout_seconds: 30, action_snapshot: { entrypoint: 'noop' } },
    ]);
    expect(await listClaimedExecutions(db, claims, holdOf(worker))).toEqual(claimed);
  });

  it('are not listed for another worker or once they are over', async () => {
    const { db } = database;
    const [worker, other] = [await makeWorker(db), await makeWorker(db)];
    const { id } = await makeExecution(db, { status: 'running', worker });
    const claims = [{ id, attempt: 1 }];

    expect(await listClaimedExecutions(db, claims, holdOf(other))).toEqual([]);
    await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], holdOf(worker));
    expect(await listClaimedExecutions(db, claims, holdOf(worker))).toEqual([]);
  });
});

describe('waiting', () => {
  it('says for what and since when; being scheduled ends it', async () => {
    const { db } = database;
    const { id } = await makeExecution(db);
    const wait = {
      id,
      waiting_for: 'worker',
      detail: 'no worker offers noop',
      dispatch_queue: queue,
    } as const;

    expect(await deferExecutions(db, [wait])).toEqual([id]);
    const first = await getExecution(db, id);
    await deferExecutions(db, [wait]);
    const again = await getExecution(db, id);
    await scheduleExecutions(db, [{ id, dispatch_queue: queue }]);

    expect(first).toMatchObject({ waiting_for: 'worker', waiting_detail: 'no worker offers noop' });
    expect(again.waiting_since).toEqual(first.waiting_since);
    expect(await getExecution(db, id)).toMatchObject({
      status: 'scheduled',
      waiting_for: null,
      waiting_detail: null,
      waiting_since: null,
      waiting_queue: null,
    });
  });
});

describe('paused', () => {
  it('is requested, says so, and is neither loaded, scheduled nor made to wait for anything else', async () => {
    const { db } = database;
    const { id } = await makeExecution(db);
    await deferExecutions(db, [{ id, waiting_for: 'worker', dispatch_queue: queue }]);

    expect(await pauseExecutions(db, [id, id, 4711], 'by ada')).toEqual([id]);

    const paused = await getExecution(db, id);
    expect(paused).toMatchObject({
      status: 'requested',
      waiting_for: 'pause',
      waiting_detail: 'by ada',
      waiting_since: expect.any(Date),
      waiting_queue: null,
    });
    expect(await loadRequestedExecutions(db, [id])).toEqual([]);
    expect(await scheduleExecutions(db, [{ id, dispatch_queue: queue }])).toEqual([]);
    expect(await deferExecutions(db, [{ id, waiting_for: 'worker' }])).toEqual([]);
    expect(await getExecution(db, id)).toEqual(paused);
  });

  it('and resumed, it is requested anew and announced from then on', async () => {
    const { db } = database;
    const { id } = await makeExecution(db, { waiting_for: 'pause' });
    await db
      .updateTable('execution')
      .set({ announced_at: past, announcements: 7 })
      .where('id', '=', id)
      .execute();

    expect(await resumeExecutions(db, [id])).toEqual([id]);

    const resumed = await getExecution(db, id);
    expect(resumed).toMatchObject({
      status: 'requested',
      waiting_for: null,
      waiting_detail: null,
      waiting_since: null,
      announcements: 0,
    });
    expect(resumed.announced_at!.getTime()).toBeGreaterThan(past.getTime());
    expect(await loadRequestedExecutions(db, [id])).toMatchObject([{ id }]);
  });

  it('a delay goes on: what is left of it is waited for after the pause', async () => {
    const { db } = database;
    const later = new Date(Date.now() + 60_000);
    const { id } = await makeExecution(db, { not_before: later, waiting_for: 'pause' });

    expect(await resumeExecutions(db, [id])).toEqual([id]);

    expect(await getExecution(db, id)).toMatchObject({
      waiting_for: 'delay',
      not_before: later,
      announced_at: later,
    });
  });

  it('a delay that ends meanwhile does not end the pause', async () => {
    const { db } = database;
    const { id } = await makeExecution(db, { not_before: past });
    await pauseExecutions(db, [id], 'by ada');

    expect(await takeDueDelayed(db, { limit: 10 })).toEqual([{ id }]);

    expect(await getExecution(db, id)).toMatchObject({
      not_before: null,
      waiting_for: 'pause',
      waiting_detail: 'by ada',
      waiting_since: expect.any(Date),
    });
    expect(await loadRequestedExecutions(db, [id])).toEqual([]);
    expect(await takeDueDelayed(db, { limit: 10 })).toEqual([]);
  });
});

describe('parked', () => {
  it('by its worker, it runs on without one, in the same attempt, until somebody ends it', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeExecution(db, { status: 'running', worker });

    const parked = await countStatements(database, (db) =>
      parkExecutions(
        db,
        [{ id, attempt: 1, waiting_for: 'inquiry', detail: 'ada is asked' }],
        holdOf(worker),
      ),
    );

    expect(parked).toEqual({ answer: [{ id, attempt: 1 }], statements: 1 });
    expect(await getExecution(db, id)).toMatchObject({
      status: 'running',
      worker: null,
      incarnation: null,
      waiting_for: 'inquiry',
      waiting_detail: 'ada is asked',
      waiting_since: expect.any(Date),
    });
    expect(await finishExecutions(db, [{ id, attempt: 1, status: 'completed' }], holdOf(worker))).toEqual([]);
    await releaseWorker(db, worker);
    expect(await takeLostExecutions(db, { limit: 10, decideRetry: () => undefined })).toEqual([]);
    const finished = await finishParkedExecutions(db, [
      { id, attempt: 1, status: 'completed', result: { ok: true } },
    ]);
    expect(finished).toEqual([{ id, attempt: 1, status: 'completed' }]);
    expect(await getExecution(db, id)).toMatchObject({
      status: 'completed',
      result: { ok: true },
      waiting_for: null,
      waiting_detail: null,
      waiting_since: null,
    });
    expect(await listAttempts(db, id)).toMatchObject([
      { attempt: 1, worker: worker.id, outcome: 'completed', finished_at: expect.any(Date) },
    ]);
    expect((await ledger(db)).imbalances).toEqual([]);
  });

  it('from its start, its attempts have no worker, and a failed one may be tried again', async () => {
    const { db } = database;
    const { id } = await makeExecution(db, { status: 'scheduled' });
    const start = (attempt: number) =>
      startParkedExecutions(db, [{ id, attempt, waiting_for: 'children', detail: '2 tasks' }]);

    expect(await start(1)).toEqual([{ id, attempt: 1 }]);
    const again = {
      id,
      attempt: 1,
      status: 'timeout',
      error: 'too slow \0',
      retry: { not_before: past },
    } as const;
    expect(await finishParkedExecutions(db, [again])).toEqual([{ id, attempt: 1, status: 'requested' }]);
    await scheduleExecutions(db, [{ id, dispatch_queue: queue }]);
    expect(await start(2)).toEqual([{ id, attempt: 2 }]);
    expect(await getExecution(db, id)).toMatchObject({
      status: 'running',
      attempt: 2,
      worker: null,
      started_at: expect.any(Date),
      waiting_for: 'children',
      waiting_detail: '2 tasks',
    });
    await finishParkedExecutions(db, [{ id, attempt: 2, status: 'failed', error: 'task b failed' }]);

    expect(await listAttempts(db, id)).toMatchObject([
      { attempt: 1, worker: null, incarnation: null, outcome: 'timeout', error: 'too slow \ufffd' },
      { attempt: 2, worker: null, outcome: 'failed', error: 'task b failed' },
    ]);
    const steps = await listExecutionHistory(db, id);
    expect(steps.map(({ from_status, to_status, attempt }) => [from_status, to_status, attempt])).toEqual([
      ['requested', 'scheduled', 1],
      ['scheduled', 'running', 1],
      ['running', 'requested', 1],
      ['requested', 'scheduled', 2],
      ['scheduled', 'running', 2],
      ['running', 'failed', 2],
    ]);
  });

  it('what is being cancelled is left to its worker', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeExecution(db, { status: 'canceling', worker });

    expect(await parkExecutions(db, [{ id, attempt: 1, waiting_for: 'inquiry' }], holdOf(worker))).toEqual(
      [],
    );
    expect(await getExecution(db, id)).toMatchObject({ status: 'canceling', worker: worker.id });
  });
});

describe('cancelling', () => {
  it('of what waits without a worker ends it and its attempt, and needs nobody else', async () => {
    const { db } = database;
    const { id } = await makeExecution(db, { status: 'running', waiting_for: 'inquiry' });

    expect(await requestCancel(db, id, 'by hand')).toMatchObject({ id, attempt: 1, status: 'cancelled' });

    expect(await getExecution(db, id)).toMatchObject({
      status: 'cancelled',
      waiting_for: null,
      finished_at: expect.any(Date),
      error: 'by hand',
    });
    expect(await listAttempts(db, id)).toMatchObject([{ outcome: 'cancelled', error: 'by hand' }]);
    expect((await listExecutionHistory(db, id)).map(({ to_status }) => to_status)).toEqual([
      'scheduled',
      'running',
      'cancelled',
    ]);
    expect((await ledger(db)).imbalances).toEqual([]);
  });

  it('of many is one statement, and says of each whether its worker must be told', async () => {
    const { db } = database;
    const [requested, running, over] = [
      await makeExecution(db),
      await makeExecution(db, { status: 'running' }),
      await makeExecution(db, { status: 'completed' }),
    ];
    const ids = [running.id, over.id, requested.id, running.id, 4711];

    const { answer, statements } = await countStatements(database, (db) =>
      requestCancels(db, ids, 'by hand'),
    );

    expect(statements).toBe(1);
    expect(answer).toMatchObject([
      { id: requested.id, attempt: 1, status: 'cancelled' },
      { id: running.id, attempt: 1, status: 'canceling' },
    ]);
    expect(await getExecution(db, running.id)).toMatchObject({ finished_at: null, error: null });
    expect(await listExecutionHistory(db, requested.id)).toMatchObject([
      { from_status: 'requested', to_status: 'cancelled', detail: 'by hand' },
    ]);
  });

  it('of a pack leaves those of packs with a longer or a similar name alone', async () => {
    const { db } = database;
    const run = async (action_ref: string) => (await makeExecution(db, { action_ref })).id;
    const [one, other] = [await run('ops.one'), await run('ops.other')];
    const others = [await run('ops_.one'), await run('ops-2.one'), await run('xops.one')];

    const { answer, statements } = await countStatements(database, (db) => cancelPackExecutions(db, 'ops'));

    expect(statements).toBe(1);
    expect(answer.map(({ id }) => id)).toEqual([one, other]);
    for (const id of others) expect(await statusOf(id)).toBe('requested');
  });
});
