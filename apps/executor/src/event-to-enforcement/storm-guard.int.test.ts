import {
  getEnforcement,
  getEvent,
  insertEvents,
  listEnforcements,
  listEvents,
  releaseEnforcements,
} from '@attune/db';
import type { EnforcementRow, RuleRow } from '@attune/db';
import { makeExecution, makePack, makeRule, makeTrigger, useTestDatabase } from '@attune/db/testing';
import { handedOver } from '@attune/intake';
import { eventCreated, executionFinished } from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../context.testing.js';
import type { TestContext } from '../context.testing.js';
import { dueMatchesSweep } from '../sweeps/due-matches.sweep.js';
import { handleExecutionFinished } from '../worker-to-execution/execution-finished.handler.js';
import { handleEventCreated } from './event-created.handler.js';

const database = useTestDatabase();
let ctx: TestContext;

beforeEach(() => {
  ctx = testContext(database.db);
});

async function happen(rule: RuleRow, cause_execution?: number, count = 1): Promise<number[]> {
  const { trigger_ref } = rule;
  const events = await insertEvents(
    ctx.db,
    Array.from({ length: count }, () => ({ trigger_ref, cause_execution })),
  );
  const ids = events.map(({ id }) => id);
  await handleEventCreated(
    ids.map((eventId) => received(eventCreated, { eventIds: [eventId] })),
    ctx,
  );
  return ids;
}

async function enforcementOf(event: number): Promise<EnforcementRow> {
  const { items } = await listEnforcements(ctx.db, { event }, { limit: 10 });
  return getEnforcement(ctx.db, items[0]?.id ?? 0);
}

async function executionOf(event: number): Promise<number> {
  return (await enforcementOf(event)).execution ?? 0;
}

it('a chain that feeds itself is held where it is too long, and goes on when it is released', async () => {
  const rule = await makeRule(ctx.db);
  let [event = 0] = await happen(rule);
  const first = await executionOf(event);
  let execution = first;
  for (let depth = 1; depth <= 3; depth += 1) {
    [event = 0] = await happen(rule, execution);
    expect(await getEvent(ctx.db, event)).toMatchObject({
      cause_execution: execution,
      cause_root: first,
      cause_depth: depth,
    });
    execution = await executionOf(event);
  }

  [event = 0] = await happen(rule, execution);

  const held = await enforcementOf(event);
  expect(held).toMatchObject({
    status: 'created',
    waiting_for: 'release',
    due_at: null,
    reason_detail: `4 executions in a row led to it, the last was ${execution}; 3 are allowed`,
  });
  expect(await dueMatchesSweep.run(ctx, { limit: 10, olderThanMs: 0 })).toBe(0);
  expect(await releaseEnforcements(ctx.db, [held.id])).toEqual([held.id]);
  expect(await releaseEnforcements(ctx.db, [held.id])).toEqual([]);
  expect(await dueMatchesSweep.run(ctx, { limit: 10, olderThanMs: 0 })).toBe(1);
  expect(await enforcementOf(event)).toMatchObject({
    status: 'processed',
    waiting_for: null,
    reason_detail: null,
  });
});

it('what grows too fast from one execution is held, others go on', async () => {
  const rule = await makeRule(ctx.db);
  const [busy, calm] = [(await makeExecution(ctx.db)).id, (await makeExecution(ctx.db)).id];
  await happen(rule, busy, 50);

  const [beyond = 0] = await happen(rule, busy);
  const [other = 0] = await happen(rule, calm);

  expect(await enforcementOf(beyond)).toMatchObject({
    waiting_for: 'release',
    reason_detail: `execution ${busy} has led to more than 50 events within a minute`,
  });
  expect(await enforcementOf(other)).toMatchObject({ status: 'processed' });
});

describe('core.execution_finished', () => {
  let trigger_ref: string;

  beforeAll(async () => {
    await makePack(database.db, { ref: 'core' }).catch(() => undefined);
    trigger_ref = (await makeTrigger(database.db, { ref: 'core.execution_finished' })).ref;
  });

  async function finish(): Promise<number> {
    const { id } = await makeExecution(ctx.db, { status: 'failed' });
    await handleExecutionFinished([received(executionFinished, { executionId: id, attempt: 1 })], ctx);
    return id;
  }

  const told = async () => (await listEvents(ctx.db, { trigger_ref }, { limit: 10 })).items;

  it('is recorded for as long as a rule waits for it, with its cause', async () => {
    await finish();
    expect(await told()).toEqual([]);

    await makeRule(ctx.db, { trigger_ref });
    const id = await finish();

    expect(await told()).toMatchObject([{ cause_execution: id, cause_root: id, cause_depth: 1 }]);
    const event = (await told())[0]?.id ?? 0;
    expect((await getEvent(ctx.db, event)).payload).toMatchObject({
      execution_id: id,
      status: 'failed',
      attempt: 1,
    });
    await handedOver(ctx);
    expect(ctx.publisher.bodies(eventCreated)).toEqual([{ eventIds: [event] }]);
  });

  it('is recorded once however often the end is announced', async () => {
    const before = (await told()).length;
    const id = await finish();

    await handleExecutionFinished([received(executionFinished, { executionId: id, attempt: 1 })], ctx);

    expect(await told()).toHaveLength(before + 1);
  });
});
