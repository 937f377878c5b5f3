import {
  claimExecutions,
  deletePolicy,
  finishExecutions,
  getExecution,
  listAdmissions,
  requestCancels,
  updatePolicy,
} from '@attune/db';
import type { NewPolicy, WorkerRow } from '@attune/db';
import {
  makeAction,
  makeEnforcement,
  makeExecution,
  makeOlder,
  makePolicy,
  makeRule,
  makeWorker,
  useTestDatabase,
} from '@attune/db/testing';
import {
  executionCancelRequested,
  executionFinished,
  executionRequested,
  executionScheduled,
  notice,
} from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../../context.testing.js';
import type { TestContext } from '../../context.testing.js';
import { deadlinesSweep } from '../../sweeps/deadlines.sweep.js';
import { queuesSweep } from '../../sweeps/queues.sweep.js';
import { handleExecutionFinished } from '../../worker-to-execution/execution-finished.handler.js';
import { handleExecutionRequested } from '../execution-requested.handler.js';

const database = useTestDatabase();
let worker: WorkerRow;
let ctx: TestContext;

beforeAll(async () => {
  worker = await makeWorker(database.db, { leaseMs: 3_600_000, capabilities: { runtimes: ['noop'] } });
});

beforeEach(() => {
  ctx = testContext(database.db);
});

/** An action, a policy that limits it, and executions of it, the oldest first. */
async function limited(count: number, policy: Partial<NewPolicy> = {}, config: object = {}) {
  const { ref: action_ref } = await makeAction(database.db);
  const { id: policyId, ref } = await makePolicy(database.db, { action_ref, ...policy });
  const make = async () => (await makeExecution(database.db, { action_ref, config: { ...config } })).id;
  const ids: number[] = [];
  while (ids.length < count) ids.push(await make());
  return { action_ref, policyId, ref, ids, make };
}

/** What is announced of them while they are requested. */
async function request(...ids: number[]) {
  ctx.publisher.clear();
  await handleExecutionRequested(
    ids.map((executionId) => received(executionRequested, { executionId })),
    ctx,
  );
  return announced();
}

/** A worker runs them to their end, and they are settled. */
async function finish(...ids: number[]) {
  const hold = { workerId: worker.id, incarnation: worker.incarnation };
  const claims = ids.map((id) => ({ id, attempt: 1 }));
  await claimExecutions(database.db, claims, hold);
  await finishExecutions(
    database.db,
    claims.map((claim) => ({ ...claim, status: 'completed' as const })),
    hold,
  );
  return settle(...ids);
}

async function settle(...ids: number[]) {
  ctx.publisher.clear();
  await handleExecutionFinished(
    ids.map((executionId) => received(executionFinished, { executionId, attempt: 1 })),
    ctx,
  );
  return announced();
}

function announced() {
  const idsOf = (bodies: readonly { executionId: number }[]) => bodies.map(({ executionId }) => executionId);
  return {
    scheduled: idsOf(ctx.publisher.bodies(executionScheduled)),
    requested: idsOf(ctx.publisher.bodies(executionRequested)),
    finished: idsOf(ctx.publisher.bodies(executionFinished)),
    canceling: idsOf(ctx.publisher.bodies(executionCancelRequested)),
  };
}

const nothing = { scheduled: [], requested: [], finished: [], canceling: [] };

it('so many run at once; the others say what they wait for, and go on in order as slots come back', async () => {
  const { ids, ref } = await limited(4, { threshold: 2 });
  const [a, b, c, d] = ids as [number, number, number, number];

  expect(await request(d, c, b, a)).toEqual({ ...nothing, scheduled: [a, b] });
  expect(await getExecution(ctx.db, c)).toMatchObject({
    status: 'requested',
    waiting_for: 'policy',
    waiting_detail: `policy ${ref} allows 2 at once`,
    waiting_since: expect.any(Date),
  });
  const told = ctx.publisher.bodies(notice).flatMap(({ changes }) => changes);
  expect(told.map(({ entityId, status }) => [entityId, status])).toEqual([
    [a, 'scheduled'],
    [b, 'scheduled'],
    [c, 'requested'],
    [d, 'requested'],
  ]);

  expect(await finish(b)).toEqual({ ...nothing, requested: [c] });
  expect(await request(d)).toEqual(nothing);
  expect(await request(c)).toEqual({ ...nothing, scheduled: [c] });
  expect(await finish(a, c)).toEqual({ ...nothing, requested: [d] });
  expect(await request(d)).toEqual({ ...nothing, scheduled: [d] });
});

it('a cancelled execution gives its slot back, or its place in the queue', async () => {
  const { ids } = await limited(3);
  const [a, b, c] = ids as [number, number, number];
  await request(a, b, c);
  await requestCancels(ctx.db, [a, b]);

  expect(await settle(b)).toEqual(nothing);
  expect(await settle(a)).toEqual({ ...nothing, requested: [c] });
});

it('an execution whose time is over while it has a slot, or queues, gives back what it has', async () => {
  const { ids } = await limited(3);
  const [a, b, c] = ids as [number, number, number];
  await request(a, b, c);
  await ctx.db
    .updateTable('execution')
    .set({ start_deadline: new Date(0) })
    .where('id', 'in', [a, b])
    .execute();
  ctx.publisher.clear();

  expect(await deadlinesSweep.run(ctx, { olderThanMs: 0, limit: 100 })).toBe(2);
  expect(announced()).toEqual({ ...nothing, finished: [a, b] });
  expect(await settle(a, b)).toEqual({ ...nothing, requested: [c] });
  expect(await request(c)).toEqual({ ...nothing, scheduled: [c] });
});

it('a request that comes twice takes one slot', async () => {
  const { ids } = await limited(2, { threshold: 2 });
  const [a, b] = ids as [number, number];
  await request(a);
  await request(a, a);

  expect(await request(b)).toEqual({ ...nothing, scheduled: [b] });
});

it('values of parameters are counted apart, and those of an expression', async () => {
  const { action_ref } = await limited(0, { parameters: ['region'], key: "parameters.kind == 'slow'" });
  const make = async (config: object) =>
    (await makeExecution(ctx.db, { action_ref, config: { ...config } })).id;
  const eu = await make({ region: 'eu', kind: 'fast' });
  const alsoEu = await make({ region: 'eu', kind: 'quick' });
  const slow = await make({ region: 'eu', kind: 'slow' });
  const us = await make({ region: 'us', kind: 'fast' });

  expect((await request(eu, alsoEu, slow, us)).scheduled).toEqual([eu, slow, us]);
  expect((await getExecution(ctx.db, alsoEu)).waiting_detail).toMatch(/allows 1 at once for \["eu",false\]$/);
});

it('all policies that apply are obeyed, in one order', async () => {
  const { ids, action_ref } = await limited(3, { threshold: 2 });
  const [pack] = action_ref.split('.');
  const wide = await makePolicy(ctx.db, { ref: `${pack}.wide`, pack_wide: true, threshold: 1 });
  const [a, b, c] = ids as [number, number, number];

  expect(await request(a, b, c)).toEqual({ ...nothing, scheduled: [a] });
  const waits = await Promise.all([b, c].map(async (id) => (await getExecution(ctx.db, id)).waiting_detail));
  expect(waits).toEqual([`policy ${wide.ref} allows 1 at once`, expect.stringMatching(/allows 2 at once$/)]);

  expect(await finish(a)).toEqual({ ...nothing, requested: [c, b] });
  expect(await request(c, b)).toEqual({ ...nothing, scheduled: [b] });
});

it('a rule may be limited, whatever its action; and what it does not start is not', async () => {
  const { action_ref, make } = await limited(0, { enabled: false });
  const rule = await makeRule(ctx.db, { action_ref });
  await makePolicy(ctx.db, { rule_ref: rule.ref });
  const byRule = async () => (await makeEnforcement(ctx.db, { rule, status: 'processed' })).execution ?? 0;
  const [a, b, free] = [await byRule(), await byRule(), await make()];

  expect((await request(a, b, free)).scheduled).toEqual([a, free]);
});

it('a policy without a scope limits every action there is', async () => {
  const [{ ids: ours }, { ids: theirs }] = [
    await limited(1, { threshold: 9 }),
    await limited(1, { threshold: 9 }),
  ];
  const all = await makePolicy(ctx.db, { threshold: 1 });
  const [a, b] = [...ours, ...theirs] as [number, number];

  expect((await request(a, b)).scheduled).toEqual([a]);

  await deletePolicy(ctx.db, all.id);
  expect((await request(b)).scheduled).toEqual([b]);
});

it('a policy that lets nobody wait cancels who comes too many', async () => {
  const { ids, ref } = await limited(3, { method: 'cancel_new' });
  const [a, b, c] = ids as [number, number, number];

  expect(await request(a, b, c)).toEqual({ ...nothing, scheduled: [a], finished: [b, c] });
  expect(await getExecution(ctx.db, b)).toMatchObject({
    status: 'cancelled',
    error: `no room: policy ${ref} allows 1 at once`,
  });
  expect(await settle(b, c)).toEqual(nothing);
});

it('a policy for the newest cancels the older, running or queueing', async () => {
  const { ids, ref } = await limited(3, { method: 'cancel_running' });
  const [a, b, c] = ids as [number, number, number];
  const hold = { workerId: worker.id, incarnation: worker.incarnation };
  await request(a);
  await claimExecutions(ctx.db, [{ id: a, attempt: 1 }], hold);

  expect(await request(b)).toEqual({ ...nothing, canceling: [a] });
  expect(await request(c)).toEqual({ ...nothing, finished: [b] });
  expect(await getExecution(ctx.db, b)).toMatchObject({
    status: 'cancelled',
    error: `displaced by a newer one: policy ${ref} allows 1 at once`,
  });

  await finishExecutions(ctx.db, [{ id: a, attempt: 1, status: 'cancelled' }], hold);
  expect(await settle(a, b)).toEqual({ ...nothing, requested: [c] });
  expect(await request(c)).toEqual({ ...nothing, scheduled: [c] });
});

it('so many start in a time; who waits goes on when it has moved on', async () => {
  const { ids, ref } = await limited(3, { threshold: 2, window_seconds: 3600 });
  const [a, b, c] = ids as [number, number, number];

  expect((await request(a, b, c)).scheduled).toEqual([a, b]);
  expect(await getExecution(ctx.db, c)).toMatchObject({
    waiting_for: 'rate_limit',
    waiting_detail: `policy ${ref} allows 2 starts in 3600 s`,
  });
  expect(await finish(a)).toEqual(nothing);
  ctx.publisher.clear();
  expect(await queuesSweep.run(ctx, { limit: 100, olderThanMs: 0 })).toBe(0);

  await makeOlder(ctx.db, 'admission', { days: 1, keys: [a], key: 'execution' });
  expect(await queuesSweep.run(ctx, { limit: 100, olderThanMs: 0 })).toBe(1);

  expect(announced()).toEqual({ ...nothing, requested: [c] });
  expect((await request(c)).scheduled).toEqual([c]);
});

it('a higher limit lets those in who wait', async () => {
  const { ids, policyId } = await limited(3);
  const [a, b, c] = ids as [number, number, number];
  await request(a, b, c);

  await updatePolicy(ctx.db, policyId, { threshold: 2 });
  ctx.publisher.clear();
  await queuesSweep.run(ctx, { limit: 100, olderThanMs: 0 });

  expect(announced()).toEqual({ ...nothing, requested: [b] });
});

it('a new policy is obeyed by whoever has read the policies before', async () => {
  const { ids, action_ref } = await limited(2, { enabled: false });
  const [a, b] = ids as [number, number];
  await request(a);
  await makePolicy(ctx.db, { action_ref });
  const later = await makeExecution(ctx.db, { action_ref });

  expect((await request(b, later.id)).scheduled).toEqual([b]);
});

it('who waits for a worker takes no slot meanwhile', async () => {
  const { ref: action_ref } = await makeAction(ctx.db, { runtime_ref: 'core.python' });
  const policy = await makePolicy(ctx.db, { action_ref });
  const { id } = await makeExecution(ctx.db, { action_ref });

  expect(await request(id)).toEqual(nothing);

  expect(await getExecution(ctx.db, id)).toMatchObject({ waiting_for: 'worker' });
  expect(await listAdmissions(ctx.db, { policy: policy.id }, { limit: 10 })).toMatchObject({ items: [] });
});
