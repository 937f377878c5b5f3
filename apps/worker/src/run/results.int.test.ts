import { getExecution, requestCancel } from '@attune/db';
import type { ExecutionRow } from '@attune/db';
import { makeExecution, makeWorker, useTestDatabase } from '@attune/db/testing';
import { executionFinished, notice } from '@attune/mq';
import { recordPublisher, silentLog } from '@attune/mq/testing';
import { waitUntil } from '@attune/testing';
import type { Session } from '../presence/session.js';
import { Results } from './results.js';
import type { Report } from './results.js';

const database = useTestDatabase();

async function setUp() {
  const { db } = database;
  const publisher = recordPublisher();
  const ending = new AbortController();
  const lost = new AbortController();
  const worker = await makeWorker(db);
  const session: Session = {
    hold: { workerId: worker.id, incarnation: worker.incarnation },
    signal: lost.signal,
  };
  const results = new Results({ db, publisher, log: silentLog, signal: ending.signal });
  const done: number[] = [];
  const running = () => makeExecution(db, { status: 'running', worker });
  const report = (execution: ExecutionRow, outcome: Partial<Report['outcome']> = {}): void =>
    results.add({
      outcome: { id: execution.id, attempt: 1, status: 'completed', result: { n: execution.id }, ...outcome },
      session,
      cause: { correlationId: `test:${execution.id}` },
      subject: { ref: execution.action_ref, packRef: 'p', root: execution.root },
      bytes: 0,
      done: () => void done.push(execution.id),
    });
  return { db, publisher, ending, lost, session, results, done, running, report };
}

test('what came together is recorded and announced together', async () => {
  const { db, publisher, results, done, running, report } = await setUp();
  const executions = [await running(), await running(), await running()];
  for (const execution of executions) report(execution);
  await results.idle();

  for (const { id } of executions)
    expect(await getExecution(db, id)).toMatchObject({ status: 'completed', result: { n: id } });
  const ids = executions.map(({ id }) => id);
  expect(publisher.batches).toBe(1);
  expect(publisher.bodies(executionFinished)).toEqual(
    ids.map((executionId) => ({ executionId, attempt: 1 })),
  );
  expect(publisher.published.map(({ cause }) => cause?.correlationId).slice(0, 3)).toEqual(
    ids.map((id) => `test:${id}`),
  );
  expect(publisher.bodies(notice)).toMatchObject([
    {
      changes: ids.map((entityId) => ({
        entityType: 'execution',
        entityId,
        status: 'completed',
        packRef: 'p',
      })),
    },
  ]);
  expect(done).toEqual(ids);
});

test('a result that cannot be stored fails its execution and holds up no other', async () => {
  const { db, results, running, report, publisher } = await setUp();
  const [first, bad, last] = [await running(), await running(), await running()];
  report(first);
  report(bad, { status: 'nonsense' as 'failed' });
  report(last);
  await results.idle();
  expect(await getExecution(db, first.id)).toMatchObject({ status: 'completed' });
  expect(await getExecution(db, last.id)).toMatchObject({ status: 'completed' });
  expect(await getExecution(db, bad.id)).toMatchObject({
    status: 'failed',
    result: null,
    error: expect.stringMatching(/^its result cannot be stored: /),
  });
  expect(publisher.bodies(executionFinished)).toHaveLength(3);
});

test('a result of an execution that is not held any more changes nothing, and is not announced', async () => {
  const { db, results, running, report, done, publisher } = await setUp();
  const [mine, other] = [await running(), await makeExecution(db, { status: 'running' })];
  report(other);
  report(mine);
  await results.idle();
  expect(await getExecution(db, other.id)).toMatchObject({ status: 'running', result: null });
  expect(publisher.bodies(executionFinished)).toEqual([{ executionId: mine.id, attempt: 1 }]);
  expect(new Set(done)).toEqual(new Set([mine.id, other.id]));
});

test('results of a session that is over are dropped', async () => {
  const { db, results, running, report, lost, done, publisher } = await setUp();
  const execution = await running();
  lost.abort();
  report(execution);
  await results.idle();
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'running' });
  expect(publisher.published).toEqual([]);
  expect(done).toEqual([execution.id]);
});

test('an announcement is repeated until the broker takes it', async () => {
  const { results, running, report, done, publisher } = await setUp();
  const execution = await running();
  publisher.failOnce();
  report(execution);
  await waitUntil(() => done.length === 1);
  await results.idle();
  expect(publisher.bodies(executionFinished)).toEqual([{ executionId: execution.id, attempt: 1 }]);
});

test('a worker that must end waits for no broker: the row is recorded, the sweep announces it', async () => {
  const { db, results, running, report, done, publisher, ending } = await setUp();
  const execution = await running();
  publisher.failOnce();
  ending.abort();
  report(execution);
  await results.idle();
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'completed' });
  expect(done).toEqual([execution.id]);
  expect(publisher.published).toEqual([]);
});

test('a program that ends by itself while it is being cancelled keeps its outcome', async () => {
  const { db, results, running, report } = await setUp();
  const execution = await running();
  await requestCancel(db, execution.id);
  report(execution, { retry: { not_before: new Date() }, status: 'failed', error: 'oops' });
  await results.idle();
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'failed', attempt: 1 });
});

test('an attempt that is followed by another is announced as it is', async () => {
  const { db, results, running, report, publisher } = await setUp();
  const execution = await running();
  report(execution, {
    status: 'failed',
    error: 'oops',
    retry: { not_before: new Date(Date.now() + 60_000) },
  });
  await results.idle();
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'requested', attempt: 2 });
  expect(publisher.bodies(executionFinished)).toEqual([{ executionId: execution.id, attempt: 1 }]);
  expect(publisher.bodies(notice)[0]!.changes).toMatchObject([{ status: 'requested' }]);
});
