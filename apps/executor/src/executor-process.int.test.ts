import { join } from 'node:path';

import { claimExecutions, finishExecutions, ledger, listAttempts, listExecutions } from '@attune/db';
import type { ExecutionSummary } from '@attune/db';
import { makeEvent, makeRule, makeTrigger, makeWorker, useTestDatabase } from '@attune/db/testing';
import { ack, eventCreated, executionFinished, executionScheduled, message } from '@attune/mq';
import { useTestBus } from '@attune/mq/testing';
import { faultPoints } from '@attune/service';
import { startTypeScript, waitUntil } from '@attune/testing';
import type { ChildProgram } from '@attune/testing';

const database = useTestDatabase();
const broker = useTestBus('executor-process');
const programs: ChildProgram[] = [];

const quick = Object.fromEntries(
  ['PENDING_EVENTS', 'REQUESTED', 'SCHEDULED', 'UNSETTLED'].flatMap((sweep) => [
    [`ATTUNE__SWEEPS__${sweep}__INTERVAL_MS`, '200'],
    [`ATTUNE__SWEEPS__${sweep}__OVERDUE_MS`, '500'],
  ]),
);

function startExecutor(env: Record<string, string> = {}): ChildProgram {
  const program = startTypeScript(join(__dirname, 'main.ts'), [], {
    env: {
      ATTUNE__DATABASE__URL: database.url,
      ATTUNE__BROKER__URL: broker.url,
      ATTUNE__BROKER__PREFIX: broker.prefix,
      ATTUNE__SWEEPS__OVERDUE_AT_START_MS: '0',
      ...quick,
      ...env,
    },
  });
  programs.push(program);
  return program;
}

/** Claims what is dispatched, ends it at once, and says so. */
async function startRunner(): Promise<void> {
  const { db } = database;
  const { id: workerId, incarnation } = await makeWorker(db, {
    leaseMs: 3_600_000,
    capabilities: { runtimes: ['noop'] },
  });
  const hold = { workerId, incarnation };
  await broker.bus.ensureDispatchQueue('dispatch.noop');
  await broker.bus.consume(executionScheduled, { queue: 'dispatch.noop' }, async (batch) => {
    const claims = batch.map(({ body }) => ({ id: body.executionId, attempt: body.attempt }));
    const claimed = await claimExecutions(db, claims, hold);
    const outcomes = claimed.map(({ id, attempt }) => ({ id, attempt, status: 'completed' as const }));
    const ended = await finishExecutions(db, outcomes, hold);
    const body = ended.map(({ id, attempt }) => ({ executionId: id, attempt }));
    await broker.bus.publish(body.map((each) => message(executionFinished, each)));
    return batch.map(ack);
  });
}

async function executionsOf(trigger_ref: string): Promise<ExecutionSummary[]> {
  return (await listExecutions(database.db, { trigger_ref }, { limit: 100 })).items;
}

beforeAll(startRunner);

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

test.each(faultPoints.filter((point) => point.startsWith('executor.')))(
  'killed at %s, the next process leaves one settled execution for each event',
  async (point) => {
    const { db } = database;
    const { ref: trigger_ref } = await makeTrigger(db);
    // Each match waits for a moment, so that those points are passed too.
    await makeRule(db, { trigger_ref, debounce: { key: 'event.id', quiet: '100ms' } });
    const unannounced = [await makeEvent(db, { trigger_ref }), await makeEvent(db, { trigger_ref })];
    const dying = startExecutor({ ATTUNE_FAULT: point });
    const announced = [await makeEvent(db, { trigger_ref }), await makeEvent(db, { trigger_ref })];
    await broker.bus.publish(announced.map(({ id }) => message(eventCreated, { eventIds: [id] })));
    expect(await dying.ended).toEqual({ code: null, signal: 'SIGKILL' });

    const next = startExecutor();
    await next.outputs(/service\.started/);

    const executions = await waitUntil(
      async () => {
        const rows = await executionsOf(trigger_ref);
        return rows.length === 4 && rows.every(({ settled_at }) => settled_at !== null) && rows;
      },
      { timeoutMs: 20_000, message: () => `four settled executions:\n${next.stdout()}${next.stderr()}` },
    );
    expect(new Set(executions.map((row) => row.cause_event))).toEqual(
      new Set([...unannounced, ...announced].map(({ id }) => id)),
    );
    for (const { id } of executions) expect(await listAttempts(db, id)).toHaveLength(1);
    expect((await ledger(db)).imbalances).toEqual([]);
    next.signal('SIGTERM');
    expect(await next.ended).toEqual({ code: 0, signal: null });
  },
  60_000,
);
