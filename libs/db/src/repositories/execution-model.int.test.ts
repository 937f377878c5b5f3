import { decideRetry, isTerminalExecution } from '@attune/domain';
import type { ExecutionStatus, Retry } from '@attune/domain';
import fc from 'fast-check';
import type { Db } from '../database.js';
import { ledger } from '../ledger.js';
import { makeAction, makePolicy, makeWorker, next, useTestDatabase } from '../testing/index.js';
import {
  advanceQueues,
  listAdmissions,
  releasingAdmissions,
  requestAdmissions,
} from './admission.repository.js';
import { requestCancels } from './execution-cancel.repository.js';
import { endOverdueExecutions } from './execution-deadline.repository.js';
import { insertExecutions } from './execution-request.repository.js';
import { claimExecutions, finishExecutions } from './execution-run.repository.js';
import type { AttemptOutcome, Claim, WorkerHold } from './execution-run.repository.js';
import {
  loadRequestedExecutions,
  refuseExecutions,
  scheduleExecutions,
} from './execution-scheduling.repository.js';
import { settleExecutions } from './execution-settlement.repository.js';
import { pauseExecutions, resumeExecutions } from './execution-waiting.repository.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import { takeDueDelayed } from './sweep.repository.js';
import { registerWorker, renewWorkerLease } from './worker.repository.js';

/*
 * The life of executions as any number of processes make it: every step is some verbs at once, each on whatever has
 * ever been announced, so that messages come late, twice and in any order.
 */

const database = useTestDatabase();
const threshold = 2;
const retry: Retry = { count: 2, delay: 0, backoff: 'constant', jitter: 0, on: ['failed', 'lost'] };
const past = new Date(0);
const queue = 'dispatch.noop';

/** What is known to whoever acts: announcements and holds of the past, none ever forgotten. */
interface World {
  readonly action_ref: string;
  readonly policy: number;
  readonly workers: { name: string; holds: WorkerHold[] }[];
  readonly requested: number[];
  readonly scheduled: Claim[];
  /** Claimed once, by whom. */
  readonly claimed: (Claim & { hold: WorkerHold })[];
  readonly ended: Map<number, ExecutionStatus>;
}

/** `choice` says which of what there is to choose from. */
type Verb = (world: World, db: Db, choice: number) => Promise<void>;

const verbs: Readonly<Record<string, Verb>> = {
  request: async ({ action_ref, requested }, db) => {
    const limits = { total_timeout_seconds: 3_600, retry };
    requested.push(...(await insertExecutions(db, [{ action_ref, ...limits }])).map(({ id }) => id));
  },
  schedule: async (world, db, choice) => {
    const due = await loadRequestedExecutions(db, someOf(world.requested, choice));
    const wanted = due.map(({ id }) => ({ policy: world.policy, execution: id }));
    const standings = await requestAdmissions(db, wanted);
    const active = new Set(
      standings.filter(({ status }) => status === 'active').map(({ execution }) => execution),
    );
    const plans = due.filter(({ id }) => active.has(id)).map(({ id }) => ({ id, dispatch_queue: queue }));
    world.scheduled.push(...(await scheduleExecutions(db, plans)));
  },
  claim: async (world, db, choice) => {
    const hold = oneOf(workerOf(world, choice).holds, choice);
    if (hold === undefined) return;
    const claims = await claimExecutions(db, someOf(world.scheduled, choice), hold);
    world.claimed.push(...claims.map(({ id, attempt }) => ({ id, attempt, hold })));
  },
  complete: (world, db, choice) => finish(world, db, { choice, status: 'completed' }),
  fail: (world, db, choice) => finish(world, db, { choice, status: 'failed' }),
  settle: (world, db, choice) => settle(world, db, someOf(world.requested, choice)),
  cancel: async (world, db, choice) =>
    void (await requestCancels(db, someOf(world.requested, choice).slice(0, 1))),
  pause: async (world, db, choice) => void (await pauseExecutions(db, someOf(world.requested, choice))),
  resume: async (world, db, choice) => void (await resumeExecutions(db, someOf(world.requested, choice))),
  refuse: async (world, db, choice) => {
    const refusals = someOf(world.requested, choice)
      .slice(0, 1)
      .map((id) => ({ id, error: 'no runtime' }));
    await refuseExecutions(db, refusals);
  },
  expire: async (world, db, choice) => {
    const ids = someOf(world.requested, choice).slice(0, 1);
    await db
      .updateTable('execution')
      .set({ deadline: past })
      .where('id', 'in', [0, ...ids])
      .execute();
    await endOverdueExecutions(db, { limit: 100 });
  },
  lose: async (world, db, choice) => {
    const { name } = workerOf(world, choice);
    await db.updateTable('worker').set({ lease_expires_at: past }).where('name', '=', name).execute();
    await takeLost(db);
  },
  takeLost: (_world, db) => takeLost(db),
  register: (world, db, choice) => register(db, workerOf(world, choice)),
  renew: async (world, db, choice) => {
    const hold = oneOf(workerOf(world, choice).holds, choice);
    if (hold !== undefined)
      await renewWorkerLease(db, { id: hold.workerId, incarnation: hold.incarnation, leaseMs: 60_000 });
  },
  advance: async ({ policy }, db) => void (await advanceQueues(db, [{ policy, group_key: '' }])),
  takeDelayed: async (_world, db) => void (await takeDueDelayed(db, { limit: 100 })),
};

/** What brings executions on comes more often than what stands in their way, or few would get anywhere. */
const leading = ['schedule', 'claim', 'fail', 'complete', 'settle', 'register'];

async function finish(
  { claimed }: World,
  db: Db,
  { choice, status }: { choice: number; status: AttemptOutcome['status'] },
): Promise<void> {
  const mine = oneOf(claimed, choice);
  if (mine === undefined) return;
  const { id, attempt, hold } = mine;
  const again = decideRetry(retry, { attempt, outcome: 'failed' }, 0).retry
    ? { retry: { not_before: past } }
    : {};
  await finishExecutions(db, [{ id, attempt, status, ...again }], hold);
}

async function settle({ requested }: World, db: Db, ids: readonly number[]): Promise<void> {
  const { promoted } = await releasingAdmissions(db, ids, (trx) => settleExecutions(trx, ids));
  for (const { execution } of promoted) expect(requested).toContain(execution);
}

async function takeLost(db: Db): Promise<void> {
  await takeLostExecutions(db, {
    limit: 100,
    decideRetry: ({ attempt }) =>
      decideRetry(retry, { attempt, outcome: 'lost' }, 0).retry ? { not_before: past } : undefined,
  });
}

async function register(db: Db, worker: World['workers'][number]): Promise<void> {
  const { id, incarnation } = await registerWorker(db, { name: worker.name, leaseMs: 60_000, slots: 10 });
  worker.holds.push({ workerId: id, incarnation });
}

/* A choice is 16 bits: three for one of many, one for the worker, seven for some of many. */

const ages = [0, 0, 0, 0, 0, 1, 2, 3] as const;

/** The newest more often than older ones. */
function oneOf<T>(values: readonly T[], choice: number): T | undefined {
  return values[Math.max(0, values.length - 1 - (ages[choice & 7] ?? 0))];
}

function workerOf({ workers }: World, choice: number): World['workers'][number] {
  return workers[(choice >> 3) & 1]!;
}

/** Of the last six, in their order or against it. */
function someOf<T>(values: readonly T[], choice: number): T[] {
  const some = values.slice(-6).filter((_, index) => ((choice >> (4 + index)) & 1) === 1);
  return ((choice >> 10) & 1) === 0 ? some : some.reverse();
}

async function makeWorld(): Promise<World> {
  const { db } = database;
  const { ref: action_ref } = await makeAction(db);
  const { id: policy } = await makePolicy(db, { action_ref, threshold });
  const workers = [];
  for (let n = 0; n < 2; n += 1) {
    const { id, incarnation, name } = await makeWorker(db, { name: next('model') });
    workers.push({ name, holds: [{ workerId: id, incarnation }] });
  }
  return { action_ref, policy, workers, requested: [], scheduled: [], claimed: [], ended: new Map() };
}

async function expectAllIsWell({ requested, policy, ended }: World): Promise<void> {
  const { db } = database;
  const rows = await db
    .selectFrom('execution')
    .selectAll()
    .where('id', 'in', [0, ...requested])
    .execute();
  const attempts = await db
    .selectFrom('execution_attempt')
    .selectAll()
    .where('execution', 'in', [0, ...requested])
    .orderBy('attempt')
    .execute();
  const { items: slots } = await listAdmissions(db, { policy }, { limit: 1_000 });
  const active = slots.filter(({ status }) => status === 'active');
  expect(active.length).toBeLessThanOrEqual(threshold);
  for (const { id, status, attempt } of rows) {
    const own = attempts.filter(({ execution }) => execution === id);
    const open = own.filter(({ finished_at }) => finished_at === null).map((each) => each.attempt);
    const runs = status === 'running' || status === 'canceling';
    expect({ id, open }).toEqual({ id, open: runs ? [attempt] : [] });
    expect(own.map((each) => each.attempt)).toEqual(own.map((_, index) => index + 1));
    expect(own.length).toBeLessThanOrEqual(retry.count + 1);
    if (runs || status === 'scheduled')
      expect(active).toContainEqual(expect.objectContaining({ execution: id, attempt }));
    expect({ id, status }).toEqual({ id, status: ended.get(id) ?? status });
    if (isTerminalExecution(status)) ended.set(id, status);
  }
  expect((await ledger(db)).imbalances).toEqual([]);
}

/** What the daemons would do by themselves, until nothing is left to do. */
async function bringToAnEnd(world: World): Promise<void> {
  const { db } = database;
  const { requested, scheduled, claimed, workers } = world;
  await resumeExecutions(db, requested);
  for (const worker of workers) await register(db, worker);
  for (let round = 0; round <= requested.length * (retry.count + 1); round += 1) {
    await takeLost(db);
    await takeDueDelayed(db, { limit: 100 });
    await settle(world, db, requested);
    const all = 0b111111 << 4;
    for (let at = 0; at < requested.length; at += 6)
      await verbs['schedule']!({ ...world, requested: requested.slice(at, at + 6) }, db, all);
    const { workerId, incarnation } = workers[0]!.holds.at(-1)!;
    const hold = { workerId, incarnation };
    for (const { id, attempt } of await claimExecutions(db, scheduled, hold))
      claimed.push({ id, attempt, hold });
    await finishHeld(world);
  }
}

async function finishHeld({ claimed }: World): Promise<void> {
  for (const { id, attempt, hold } of claimed)
    await finishExecutions(database.db, [{ id, attempt, status: 'completed' }], hold);
}

it('whatever happens, in whatever order and however often: limits hold, attempts are fenced, and all ends well', async () => {
  const names = Object.keys(verbs).map((name) => ({
    weight: leading.includes(name) ? 8 : 1,
    arbitrary: fc.constant(name),
  }));
  const verb = fc.tuple(fc.oneof(...names), fc.noBias(fc.nat(2 ** 16 - 1)));
  const step = fc.array(verb, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
      const world = await makeWorld();
      for (let n = 0; n < 4; n += 1) await verbs['request']!(world, database.db, 0);
      for (const atOnce of steps) {
        await Promise.all(atOnce.map(([name, choice]) => verbs[name]!(world, database.db, choice)));
        await expectAllIsWell(world);
      }
      await bringToAnEnd(world);
      await expectAllIsWell(world);

      const { items: slots } = await listAdmissions(database.db, { policy: world.policy }, { limit: 10 });
      expect(slots).toEqual([]);
      const open = await database.db
        .selectFrom('execution')
        .select(['id', 'status'])
        .where('id', 'in', world.requested)
        .where('settled_at', 'is', null)
        .execute();
      expect(open).toEqual([]);
    }),
    // A slow machine tries fewer; after a failure the time is for finding a shorter one.
    { numRuns: 25, interruptAfterTimeLimit: 90_000 },
  );
}, 180_000);
