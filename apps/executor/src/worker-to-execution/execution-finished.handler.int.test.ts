import { finishExecutions, getExecution } from '@attune/db';
import type { Db, ExecutionRow } from '@attune/db';
import { makeExecution, makeWorker, useTestDatabase } from '@attune/db/testing';
import { ack, executionFinished, executionRequested, notice } from '@attune/mq';
import type { ExecutionFinished, Received } from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../context.testing.js';
import { handleExecutionFinished } from './execution-finished.handler.js';

const database = useTestDatabase();

function announced(...executions: { id: number; attempt?: number }[]): Received<ExecutionFinished>[] {
  return executions.map(({ id, attempt = 1 }) => received(executionFinished, { executionId: id, attempt }));
}

/** An execution whose first attempt failed, and that is tried again after a while. */
async function makeRetried(db: Db, not_before: Date): Promise<ExecutionRow> {
  const worker = await makeWorker(db);
  const execution = await makeExecution(db, { status: 'running', worker });
  const { id, attempt } = execution;
  const hold = { workerId: worker.id, incarnation: worker.incarnation };
  await finishExecutions(db, [{ id, attempt, status: 'failed', retry: { not_before } }], hold);
  return execution;
}

/** Its children are not seen. */
async function endCancelled(db: Db, { id, attempt, worker, incarnation }: ExecutionRow): Promise<void> {
  const hold = { workerId: worker ?? 0, incarnation: incarnation ?? 0 };
  await finishExecutions(db, [{ id, attempt, status: 'cancelled' }], hold);
}

it.each(['completed', 'failed', 'timeout', 'cancelled', 'abandoned'] as const)(
  'settles an execution that is %s',
  async (status) => {
    const ctx = testContext(database.db);
    const execution = await makeExecution(ctx.db, { status });

    const verdicts = await handleExecutionFinished(announced(execution), ctx);

    expect(verdicts).toEqual([ack()]);
    expect(await getExecution(ctx.db, execution.id)).toMatchObject({
      status,
      settled_at: expect.any(Date),
      announced_at: null,
    });
    expect(ctx.publisher.bodies(notice)).toMatchObject([
      { changes: [{ entityType: 'execution', entityId: execution.id, root: execution.id, status }] },
    ]);
  },
);

it('does nothing more when the message is delivered twice', async () => {
  const ctx = testContext(database.db);
  const execution = await makeExecution(ctx.db, { status: 'completed' });
  await handleExecutionFinished(announced(execution), ctx);
  const settled = await getExecution(ctx.db, execution.id);
  ctx.publisher.clear();

  const verdicts = await handleExecutionFinished(announced(execution, execution), ctx);

  expect(verdicts).toEqual([ack(), ack()]);
  expect(await getExecution(ctx.db, execution.id)).toEqual(settled);
  expect(ctx.publisher.published).toEqual([]);
});

it('acknowledges an execution that is gone, and one that is still running', async () => {
  const ctx = testContext(database.db);
  const running = await makeExecution(ctx.db, { status: 'running' });

  const verdicts = await handleExecutionFinished(announced({ id: 999_999 }, running), ctx);

  expect(verdicts).toEqual([ack(), ack()]);
  expect(ctx.publisher.published).toEqual([]);
  expect(await getExecution(ctx.db, running.id)).toMatchObject({ status: 'running', settled_at: null });
});

it('announces a further attempt that is due, together with what it settles', async () => {
  const ctx = testContext(database.db);
  const retried = await makeRetried(ctx.db, new Date(0));
  const completed = await makeExecution(ctx.db, { status: 'completed' });

  await handleExecutionFinished(announced(retried, completed), ctx);

  expect(ctx.publisher.bodies(executionRequested)).toEqual([{ executionId: retried.id }]);
  expect(await getExecution(ctx.db, retried.id)).toMatchObject({ status: 'requested', attempt: 2 });
  expect(await getExecution(ctx.db, completed.id)).toMatchObject({ settled_at: expect.any(Date) });
});

it('leaves a further attempt with a delay to the sweep', async () => {
  const ctx = testContext(database.db);
  const retried = await makeRetried(ctx.db, new Date(Date.now() + 3_600_000));

  await handleExecutionFinished(announced(retried), ctx);

  expect(ctx.publisher.published).toEqual([]);
});

it('settles each execution once when two executors get the same messages', async () => {
  const rows = await Promise.all(
    Array.from({ length: 10 }, () => makeExecution(database.db, { status: 'completed' })),
  );
  const one = testContext(database.db);
  const two = testContext(database.db);

  await Promise.all([
    handleExecutionFinished(announced(...rows), one),
    handleExecutionFinished(announced(...rows.toReversed()), two),
  ]);

  const told = [one, two].flatMap((ctx) => ctx.publisher.bodies(notice).flatMap(({ changes }) => changes));
  expect(told).toHaveLength(10);
  expect(new Set(told.map(({ entityId }) => entityId))).toEqual(new Set(rows.map(({ id }) => id)));
});

it('cancels what a cancelled program has requested in its last moment', async () => {
  const ctx = testContext(database.db);
  const parent = await makeExecution(ctx.db, { status: 'running' });
  const child = await makeExecution(ctx.db, { parent: parent.id });
  await endCancelled(ctx.db, parent);

  await handleExecutionFinished(announced(parent), ctx);

  expect(await getExecution(ctx.db, child.id)).toMatchObject({
    status: 'cancelled',
    error: 'the execution above it was cancelled',
  });
  expect(ctx.publisher.bodies(executionFinished)).toEqual([{ executionId: child.id, attempt: 1 }]);
});
