import {
  getExecution,
  insertExecutions,
  listDispatchQueues,
  listExecutionHistory,
  requestCancel,
  updateAction,
} from '@attune/db';
import { makeAction, makeExecution, makeWorker, useTestDatabase } from '@attune/db/testing';
import { ack, executionFinished, executionRequested, executionScheduled, notice } from '@attune/mq';
import type { ExecutionRequested, Received } from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../context.testing.js';
import { handleExecutionRequested } from './execution-requested.handler.js';

const database = useTestDatabase();

function announced(...executionIds: number[]): Received<ExecutionRequested>[] {
  return executionIds.map((executionId) => received(executionRequested, { executionId }));
}

beforeAll(async () => {
  await makeWorker(database.db, { leaseMs: 3_600_000, capabilities: { runtimes: ['noop'] } });
});

it('schedules an execution on the queue of its runtime, and announces it there', async () => {
  const ctx = testContext(database.db);
  const { id, action_ref } = await makeExecution(ctx.db);

  const verdicts = await handleExecutionRequested(announced(id), ctx);

  expect(verdicts).toEqual([ack()]);
  expect(await getExecution(ctx.db, id)).toMatchObject({
    status: 'scheduled',
    dispatch_queue: 'dispatch.noop',
    scheduled_at: expect.any(Date),
    waiting_for: null,
  });
  expect(ctx.publisher.bodies(executionScheduled)).toEqual([{ executionId: id, attempt: 1 }]);
  expect(ctx.publisher.published[0]?.dispatchQueue).toBe('dispatch.noop');
  expect(ctx.publisher.bodies(notice)).toMatchObject([
    { changes: [{ entityType: 'execution', entityId: id, ref: action_ref, status: 'scheduled' }] },
  ]);
});

it('lists the queue, so that workers learn of it', async () => {
  const ctx = testContext(database.db);
  const { id } = await makeExecution(ctx.db);

  await handleExecutionRequested(announced(id), ctx);

  expect(await listDispatchQueues(ctx.db)).toContainEqual(
    expect.objectContaining({ name: 'dispatch.noop', runtime: 'noop', placement: {} }),
  );
});

it('does nothing more when the request is delivered twice', async () => {
  const ctx = testContext(database.db);
  const { id } = await makeExecution(ctx.db);
  await handleExecutionRequested(announced(id), ctx);
  ctx.publisher.clear();

  const verdicts = await handleExecutionRequested(announced(id), ctx);

  expect(verdicts).toEqual([ack()]);
  expect(ctx.publisher.published).toEqual([]);
  expect(await listExecutionHistory(ctx.db, id)).toHaveLength(1);
});

it('acknowledges an execution that is gone, and one that was cancelled meanwhile', async () => {
  const ctx = testContext(database.db);
  const { id } = await makeExecution(ctx.db);
  await requestCancel(ctx.db, id);

  const verdicts = await handleExecutionRequested(announced(999_999, id), ctx);

  expect(verdicts).toEqual([ack(), ack()]);
  expect(ctx.publisher.published).toEqual([]);
  expect(await getExecution(ctx.db, id)).toMatchObject({ status: 'cancelled' });
});

it('leaves an execution alone that is not due yet', async () => {
  const ctx = testContext(database.db);
  const { action_ref } = await makeExecution(ctx.db);
  const not_before = new Date(Date.now() + 3_600_000);
  const [delayed] = await insertExecutions(ctx.db, [{ action_ref, not_before }]);

  await handleExecutionRequested(announced(delayed?.id ?? 0), ctx);

  expect(await getExecution(ctx.db, delayed?.id ?? 0)).toMatchObject({ status: 'requested', not_before });
  expect(ctx.publisher.published).toEqual([]);
});

it('decides a mixed batch execution by execution', async () => {
  const ctx = testContext(database.db);
  const python = await makeAction(ctx.db, { runtime_ref: 'core.python' });
  const none = await makeAction(ctx.db, { runtime_ref: null });
  const served = await makeExecution(ctx.db);
  const unserved = await makeExecution(ctx.db, { action_ref: python.ref });
  const unfit = await makeExecution(ctx.db, { action_ref: none.ref });

  const verdicts = await handleExecutionRequested(announced(unfit.id, served.id, unserved.id), ctx);

  expect(verdicts).toEqual([ack(), ack(), ack()]);
  expect(await getExecution(ctx.db, served.id)).toMatchObject({ status: 'scheduled' });
  expect(await getExecution(ctx.db, unserved.id)).toMatchObject({
    status: 'requested',
    waiting_for: 'worker',
    waiting_detail: 'no worker offers python',
    waiting_since: expect.any(Date),
  });
  expect(await getExecution(ctx.db, unfit.id)).toMatchObject({
    status: 'failed',
    error: `cannot schedule execution ${unfit.id}: action ${none.ref} has no runtime`,
  });
  expect(ctx.publisher.bodies(executionScheduled)).toEqual([{ executionId: served.id, attempt: 1 }]);
  expect(ctx.publisher.bodies(executionFinished)).toEqual([{ executionId: unfit.id, attempt: 1 }]);
  expect(ctx.publisher.bodies(notice)[0]?.changes.map(({ entityId, status }) => [entityId, status])).toEqual([
    [served.id, 'scheduled'],
    [unserved.id, 'requested'],
    [unfit.id, 'failed'],
  ]);
});

it('goes by the action as it was when the execution was requested', async () => {
  const ctx = testContext(database.db);
  const action = await makeAction(ctx.db, { runtime_ref: 'core.noop' });
  const { id } = await makeExecution(ctx.db, { action_ref: action.ref });
  await updateAction(ctx.db, action.id, { runtime_ref: 'core.python' });

  await handleExecutionRequested(announced(id), ctx);

  expect(await getExecution(ctx.db, id)).toMatchObject({ dispatch_queue: 'dispatch.noop' });
});

it('shares the work of two executors that get the same requests at once', async () => {
  const rows = await Promise.all(Array.from({ length: 20 }, () => makeExecution(database.db)));
  const ids = rows.map(({ id }) => id);
  const one = testContext(database.db);
  const two = testContext(database.db);

  await Promise.all([
    handleExecutionRequested(announced(...ids), one),
    handleExecutionRequested(announced(...ids.toReversed()), two),
  ]);

  const scheduled = [one, two].flatMap((ctx) => ctx.publisher.bodies(executionScheduled));
  expect(scheduled).toHaveLength(20);
  expect(new Set(scheduled.map(({ executionId }) => executionId))).toEqual(new Set(ids));
});
