import {
  makeAction,
  makeEnforcement,
  makeExecution,
  makeRule,
  makeWorker,
  useTestDatabase,
} from '../testing/index.js';
import type { ExecutionRow, WorkerRow } from '../schema/index.js';
import { updateAction } from './action.repository.js';
import { endOverdueExecutions } from './execution-deadline.repository.js';
import { listAttempts, listExecutionHistory } from './execution-history.repository.js';
import { claimExecutions, finishExecutions } from './execution-run.repository.js';
import { deferExecutions } from './execution-scheduling.repository.js';
import { startParkedExecutions } from './execution-waiting.repository.js';
import { getExecution } from './execution.repository.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import { registerWorker } from './worker.repository.js';

const database = useTestDatabase();
const limits = { start_timeout_seconds: 60, total_timeout_seconds: 600 };
const past = new Date(0);
const all = { limit: 1_000 };

const holdOf = ({ id, incarnation }: WorkerRow) => ({ workerId: id, incarnation });

/** From when it is due. */
function secondsOf({ created, not_before, start_deadline, deadline }: ExecutionRow) {
  const due = not_before ?? created;
  const seconds = (at: Date | null) => at && (at.getTime() - due.getTime()) / 1000;
  return { start: seconds(start_deadline), total: seconds(deadline) };
}

async function passes(deadline: 'start_deadline' | 'deadline', id: number): Promise<void> {
  await database.db
    .updateTable('execution')
    .set({ [deadline]: past })
    .where('id', '=', id)
    .execute();
}

async function statusOf(id: number) {
  return (await getExecution(database.db, id)).status;
}

describe('the deadlines of a request', () => {
  it.each([
    ['are those that it asks for', {}, limits, { start: 60, total: 600 }],
    ["are else the action's", limits, {}, { start: 60, total: 600 }],
    ['replace those of the action', limits, { start_timeout_seconds: 5 }, { start: 5, total: 600 }],
    ['are none where nobody sets any', {}, {}, { start: null, total: null }],
    [
      'count from when it is due',
      limits,
      { not_before: new Date('2126-01-02T03:04:05Z') },
      { start: 60, total: 600 },
    ],
  ])('%s', async (_, action, request, expected) => {
    const { ref: action_ref } = await makeAction(database.db, action);

    expect(secondsOf(await makeExecution(database.db, { action_ref, ...request }))).toEqual(expected);
  });

  it.each([
    ['its rule', { start_timeout_seconds: 7 }, { start: 7, total: 600 }],
    ['the action of its rule', {}, { start: 60, total: 600 }],
  ])('that a match makes are those of %s', async (_, of, expected) => {
    const { db } = database;
    const action = await makeAction(db, limits);
    const rule = await makeRule(db, { action_ref: action.ref, ...of });

    const { execution } = await makeEnforcement(db, { rule, status: 'processed' });

    expect(secondsOf(await getExecution(db, execution ?? 0))).toEqual(expected);
  });
});

describe('an execution whose time is over', () => {
  it('ends as timeout wherever it waits, and says what it waited for', async () => {
    const { db } = database;
    const requested = await makeExecution(db, limits);
    await deferExecutions(db, [{ id: requested.id, waiting_for: 'worker', detail: 'no worker offers php' }]);
    const others = [
      await makeExecution(db, { ...limits, status: 'scheduled' }),
      await makeExecution(db, { ...limits, waiting_for: 'pause' }),
      await makeExecution(db, { ...limits, not_before: new Date('2126-01-02') }),
    ].map(({ id }) => id);
    await passes('start_deadline', requested.id);
    for (const id of others) await passes('deadline', id);

    const ended = await endOverdueExecutions(db, all);

    expect(ended).toEqual([requested.id, ...others].map((id) => ({ id, attempt: 1 })));
    expect(await getExecution(db, requested.id)).toMatchObject({
      status: 'timeout',
      finished_at: expect.any(Date),
      waiting_for: null,
      waiting_queue: null,
      error: 'its start timeout was over before it started; it waited for worker: no worker offers php',
    });
    expect(await getExecution(db, others[0]!)).toMatchObject({
      status: 'timeout',
      error: 'its total timeout was over before it ended',
    });
    expect((await listExecutionHistory(db, requested.id)).map(({ to_status }) => to_status)).toEqual([
      'timeout',
    ]);
    expect(await endOverdueExecutions(db, all)).toEqual([]);
  });

  it('is left to its worker while it runs, and no other is touched', async () => {
    const { db } = database;
    const running = await makeExecution(db, { ...limits, status: 'running' });
    const canceling = await makeExecution(db, { ...limits, status: 'canceling' });
    const over = await makeExecution(db, { ...limits, status: 'completed' });
    for (const { id } of [running, canceling, over]) await passes('deadline', id);
    await makeExecution(db, limits);

    expect(await endOverdueExecutions(db, all)).toEqual([]);
  });

  it.each(['start_deadline', 'deadline'] as const)('is not started any more (%s)', async (deadline) => {
    const { db } = database;
    const worker = await makeWorker(db);
    const execution = await makeExecution(db, { ...limits, status: 'scheduled' });
    const claims = [{ id: execution.id, attempt: 1 }];
    await passes(deadline, execution.id);

    expect(await claimExecutions(db, claims, holdOf(worker))).toEqual([]);
    expect(await startParkedExecutions(db, [{ ...claims[0]!, waiting_for: 'children' }])).toEqual([]);
    expect(await statusOf(execution.id)).toBe('scheduled');
  });
});

it('the first start meets the start timeout for good, and knows what is left of the total one', async () => {
  const { db } = database;
  const worker = await makeWorker(db);
  const { id } = await makeExecution(db, { ...limits, status: 'scheduled' });

  const [claimed] = await claimExecutions(db, [{ id, attempt: 1 }], holdOf(worker));

  expect(claimed?.remaining_ms).toBeGreaterThan(500_000);
  expect(claimed?.remaining_ms).toBeLessThanOrEqual(600_000);
  expect(await getExecution(db, id)).toMatchObject({ start_deadline: null, deadline: expect.any(Date) });
});

describe('a retry that would come after the deadline', () => {
  const later = { not_before: new Date('2126-01-02') };

  it('is not made: the execution ends as its attempt did', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const late = await makeExecution(db, { ...limits, status: 'running', worker });
    const unlimited = await makeExecution(db, { status: 'running', worker });
    const outcomes = [late, unlimited].map(({ id }) => ({
      id,
      attempt: 1,
      status: 'failed' as const,
      error: 'no route',
      retry: later,
    }));

    expect(await finishExecutions(db, outcomes, holdOf(worker))).toEqual([
      { id: late.id, attempt: 1, status: 'failed' },
      { id: unlimited.id, attempt: 1, status: 'requested' },
    ]);
    expect(await getExecution(db, late.id)).toMatchObject({
      attempt: 1,
      error: 'no route; its total timeout leaves no time for another attempt',
    });
    expect(await listAttempts(db, late.id)).toMatchObject([{ outcome: 'failed', error: 'no route' }]);
  });

  it('is not made after the loss of a worker either', async () => {
    const { db } = database;
    const worker = await makeWorker(db);
    const { id } = await makeExecution(db, { ...limits, status: 'running', worker });
    await registerWorker(db, { name: worker.name, leaseMs: 60_000, slots: 1 });

    const ended = await takeLostExecutions(db, { limit: 10, decideRetry: () => later });

    expect(ended).toEqual([{ id, attempt: 1, status: 'abandoned' }]);
  });
});

it('an action is changed for later requests only', async () => {
  const { db } = database;
  const action = await makeAction(db, limits);
  const before = await makeExecution(db, { action_ref: action.ref });

  await updateAction(db, action.id, { start_timeout_seconds: null });

  expect(secondsOf(await getExecution(db, before.id)).start).toBe(60);
  expect(secondsOf(await makeExecution(db, { action_ref: action.ref })).start).toBeNull();
});
