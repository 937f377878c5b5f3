import { claimExecutions, getExecution, listAttempts } from '@attune/db';
import type { NewAction } from '@attune/db';
import { makeAction, makeExecution, makeWorker, useTestDatabase } from '@attune/db/testing';
import type { Retry } from '@attune/domain';
import { recordPublisher, silentLog } from '@attune/mq/testing';
import { waitUntil } from '@attune/testing';
import { LogWriter } from '../logs/log-writer.js';
import type { Session } from '../presence/session.js';
import type { Ending, RunRequest, Runtime } from '../runtimes/runtime.js';
import { createApiAccess } from './api-access.js';
import { Results } from './results.js';
import { Runs } from './runs.js';

const database = useTestDatabase();

/** Runs until it is told how to end, or is aborted. */
function controlledRuntime() {
  const requests: RunRequest[] = [];
  const reasons: unknown[] = [];
  let end: (ending: Ending) => void = () => undefined;
  const runtime: Runtime = {
    name: 'noop',
    version: undefined,
    run: (request, { signal }) =>
      new Promise<Ending>((resolve) => {
        requests.push(request);
        end = resolve;
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          resolve({ exitCode: null });
        });
      }),
  };
  return { runtime, requests, reasons, end: (ending: Ending) => end(ending) };
}

async function setUp(runtime?: Runtime) {
  const { db } = database;
  const publisher = recordPublisher();
  const lost = new AbortController();
  const worker = await makeWorker(db);
  const hold = { workerId: worker.id, incarnation: worker.incarnation };
  const session: Session = { hold, signal: lost.signal };
  const controlled = controlledRuntime();
  const dependencies = { db, publisher, log: silentLog };
  const results = new Results({ ...dependencies, signal: new AbortController().signal });
  const runs = new Runs({
    runtimes: new Map([['noop', runtime ?? controlled.runtime]]),
    logs: new LogWriter(dependencies),
    results,
    api: createApiAccess({}),
    timeoutSeconds: 300,
  });
  let freed = 0;
  const claim = async (action: Partial<NewAction> = {}, config: Record<string, unknown> = {}) => {
    const { ref } = await makeAction(db, action);
    const { id } = await makeExecution(db, { status: 'scheduled', action_ref: ref, config });
    expect(runs.reserve({ id, attempt: 1 })).toBe(true);
    const [claimed] = await claimExecutions(db, [{ id, attempt: 1 }], hold);
    const start = () =>
      runs.start({ claimed: claimed!, session, cause: { correlationId: 'test' }, free: () => void freed++ });
    return { id, attempt: 1, start };
  };
  const settled = async () => {
    await runs.idle();
    await results.idle();
  };
  return { db, runs, claim, settled, controlled, lost, freed: () => freed };
}

test('an attempt that is in hand is taken once, until its result is recorded', async () => {
  const { runs, claim, settled, controlled } = await setUp();
  const execution = await claim();
  expect(runs.reserve(execution)).toBe(false);
  expect(runs.reserve({ ...execution, attempt: 2 })).toBe(true);
  execution.start();
  await waitUntil(() => controlled.requests.length === 1);
  expect(runs.reserve(execution)).toBe(false);
  controlled.end({ exitCode: 0 });
  await settled();
  expect(runs.reserve(execution)).toBe(true);
});

test('what was cancelled between claim and start never runs', async () => {
  const { db, runs, claim, settled, controlled } = await setUp();
  const execution = await claim();
  runs.cancel(execution);
  execution.start();
  await settled();
  expect(controlled.requests).toEqual([]);
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'cancelled' });
});

test('a cancel of another attempt, or of what is not here, changes nothing', async () => {
  const { db, runs, claim, settled, controlled } = await setUp();
  const execution = await claim();
  execution.start();
  runs.cancel({ id: execution.id, attempt: 2 });
  runs.cancel({ id: 999_999, attempt: 1 });
  await waitUntil(() => controlled.requests.length === 1);
  controlled.end({ exitCode: 0 });
  await settled();
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'completed' });
});

test('a slot is free when the run is over, once', async () => {
  const { claim, settled, controlled, freed } = await setUp();
  const execution = await claim();
  execution.start();
  await waitUntil(() => controlled.requests.length === 1);
  expect(freed()).toBe(0);
  controlled.end({ exitCode: 0 });
  await settled();
  expect(freed()).toBe(1);
});

test('the limit of the action ends the run', async () => {
  const { db, claim, settled, controlled } = await setUp();
  const execution = await claim({ timeout_seconds: 1 });
  execution.start();
  await settled();
  expect(controlled.reasons).toEqual(['timeout']);
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'timeout' });
});

test('what is left of the whole execution ends the run, where it is less', async () => {
  const { db, claim, settled, controlled } = await setUp();
  const execution = await claim({ timeout_seconds: 60, total_timeout_seconds: 3 });
  execution.start();
  await settled();
  expect(controlled.reasons).toEqual(['deadline']);
  expect(await getExecution(db, execution.id)).toMatchObject({
    status: 'timeout',
    error: 'the execution took longer than its total timeout',
  });
});

test.each(['lost', 'shutdown'] as const)(
  'of a run that is given up (%s) nothing is recorded',
  async (reason) => {
    const { db, runs, claim, settled, controlled, freed } = await setUp();
    const execution = await claim();
    execution.start();
    await waitUntil(() => controlled.requests.length === 1);
    runs.stopAll(reason);
    await settled();
    expect(controlled.reasons).toEqual([reason]);
    expect(freed()).toBe(1);
    expect(await getExecution(db, execution.id)).toMatchObject({ status: 'running', result: null });
    expect(runs.reserve(execution)).toBe(true);
  },
);

test('a runtime that breaks its promise and throws has failed the run', async () => {
  const broken: Runtime = {
    name: 'noop',
    version: undefined,
    run: () => Promise.reject(new Error('broken')),
  };
  const { db, claim, settled, freed } = await setUp(broken);
  const execution = await claim();
  execution.start();
  await settled();
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'failed', error: 'broken' });
  expect(freed()).toBe(1);
});

test.each([
  [{ runtime_ref: 'core.ruby' }, /this worker does not offer the runtime core\.ruby$/],
  [{ isolation: 'sandbox' as const }, /this worker does not isolate runs as 'sandbox'$/],
])('what cannot be run here has failed, and is not tried again: %j', async (action, error) => {
  const { db, claim, settled, controlled, freed } = await setUp();
  const retry = { count: 3, delay: 0, backoff: 'constant' as const, jitter: 0, on: ['failed' as const] };
  const execution = await claim({ ...action, retry });
  execution.start();
  await settled();
  const row = await getExecution(db, execution.id);
  expect(row).toMatchObject({ status: 'failed', attempt: 1 });
  expect(row.error).toMatch(error);
  expect(controlled.requests).toEqual([]);
  expect(freed()).toBe(1);
});

test('a runtime is given the checked parameters, with defaults', async () => {
  const { claim, settled, controlled } = await setUp();
  const param_schema = { who: { type: 'string', default: 'world' }, n: { type: 'integer' } };
  const execution = await claim({ param_schema, parameter_format: 'yaml' }, { n: 3, more: true });
  execution.start();
  await waitUntil(() => controlled.requests.length === 1);
  expect(controlled.requests).toMatchObject([
    {
      executionId: execution.id,
      attempt: 1,
      parameters: { who: 'world', n: 3, more: true },
      declared: ['n', 'who'],
      parameterFormat: 'yaml',
      inline: false,
    },
  ]);
  controlled.end({ exitCode: 0 });
  await settled();
});

test('an attempt whose secrets cannot be opened does not begin, and another one may', async () => {
  const { db, claim, settled, controlled } = await setUp();
  const param_schema = { token: { type: 'string', secret: true } };
  const retry: Retry = { count: 1, delay: 1, backoff: 'constant', jitter: 0, on: ['failed'] };
  const config = { token: { $secret: ['Bearer ', { key: 'ops.token' }] } };
  const execution = await claim({ param_schema, retry }, config);
  execution.start();
  await settled();
  expect(controlled.requests).toEqual([]);
  expect(await getExecution(db, execution.id)).toMatchObject({ status: 'requested', attempt: 2, config });
  const [first] = await listAttempts(db, execution.id);
  expect(first).toMatchObject({ error: expect.stringContaining('cannot open the parameters of execution') });
});
