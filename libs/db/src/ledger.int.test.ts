import { currentEpoch } from './definition.js';
import { ledger } from './ledger.js';
import { commitEvaluations } from './repositories/enforcement.repository.js';
import { insertEvents } from './repositories/event.repository.js';
import { finishExecutions } from './repositories/execution-run.repository.js';
import { setRetention } from './retention/retention.repository.js';
import { applyRetention } from './retention/apply-retention.js';
import {
  makeEnforcement,
  makeExecution,
  makeOlder,
  makeRule,
  makeTrigger,
  makeWorker,
  useTestDatabase,
} from './testing/index.js';

const database = useTestDatabase();

/** Everything before this test is out of the window. */
async function window(): Promise<Date> {
  const { at } = await ledger(database.db);
  return at;
}

it('counts what happened since a time, and balances', async () => {
  const { db } = database;
  await makeExecution(db, { status: 'completed', settled: true });
  const since = await window();
  const worker = await makeWorker(db);
  await makeEnforcement(db, { status: 'processed' });
  await insertEvents(db, [{ trigger_ref: (await makeTrigger(db)).ref }]);
  await makeExecution(db, { status: 'running', worker });
  await makeExecution(db, { status: 'completed', worker });
  await makeExecution(db, { status: 'failed', worker, settled: true });
  await makeExecution(db, { status: 'abandoned' });
  const retried = await makeExecution(db, { status: 'running', worker });
  await finishExecutions(
    db,
    [{ id: retried.id, attempt: 1, status: 'timeout', retry: { not_before: new Date() } }],
    { workerId: worker.id, incarnation: worker.incarnation },
  );

  const balance = await ledger(db, { since });

  expect(balance).toMatchObject({ balanced: true, imbalances: [], since, disabled_by_reason: {} });
  expect(balance.counts).toMatchObject({
    events_accepted: 2,
    events_evaluated: 1,
    events_pending: 1,
    matches: 1,
    enforcements: 1,
    enforcements_processed: 1,
    executions_enforced: 1,
    executions: 6,
    attempts_started: 5,
    attempts_finished: 3,
    attempts_running: 1,
    attempts_lost: 1,
    executions_finished: 3,
    executions_settled: 1,
    executions_to_settle: 2,
  });
});

it('counts disabled enforcements by reason', async () => {
  const { db } = database;
  const since = await window();
  const rule = await makeRule(db);
  const [event] = await insertEvents(db, [{ trigger_ref: rule.trigger_ref }]);
  await commitEvaluations(db, {
    epoch: await currentEpoch(db),
    evaluations: [{ event_id: event!.id, matched: 1 }],
    enforcements: [
      {
        event_id: event!.id,
        rule_id: rule.id,
        rule_version: 1,
        disabled: { code: 'throttled', detail: 'more than 5 a minute' },
      },
    ],
  });

  const balance = await ledger(db, { since });

  expect(balance).toMatchObject({
    balanced: true,
    counts: { enforcements: 1, enforcements_disabled: 1, executions: 0 },
    disabled_by_reason: { throttled: 1 },
  });
});

it.each([
  [
    'matches = enforcements',
    async () => {
      const { id, event } = await makeEnforcement(database.db, { status: 'processed' });
      await database.db.deleteFrom('enforcement').where('id', '=', id).execute();
      return event;
    },
  ],
  [
    'enforcements = executions + disabled',
    async () => {
      const { id, execution } = await makeEnforcement(database.db, { status: 'processed' });
      await database.db.deleteFrom('execution').where('id', '=', execution!).execute();
      return id;
    },
  ],
  [
    'attempts started = finished + running + lost',
    async () => {
      const { id } = await makeExecution(database.db, { status: 'running' });
      await database.db
        .updateTable('execution')
        .set({ status: 'completed', finished_at: new Date() })
        .where('id', '=', id)
        .execute();
      return id;
    },
  ],
  [
    'running executions hold an attempt',
    async () => {
      const { id } = await makeExecution(database.db, { status: 'running' });
      await database.db.deleteFrom('execution_attempt').where('execution', '=', id).execute();
      return id;
    },
  ],
])('names the rows when %s does not hold', async (check, tamper) => {
  const since = await window();
  const id = await tamper();

  const balance = await ledger(database.db, { since });

  expect(balance.balanced).toBe(false);
  expect(balance.imbalances.find((imbalance) => imbalance.check === check)).toMatchObject({
    ids: [id],
    message: expect.stringContaining(String(id)),
  });
});

describe('where retention has removed rows', () => {
  const day = 86_400_000;
  const keepFor = (days: Record<'event' | 'enforcement' | 'execution', number>) =>
    Promise.all(Object.entries(days).map(([target, n]) => setRetention(database.db, target, n * 86_400)));

  it.each([
    { event: 2, enforcement: 10, execution: 20 },
    { event: 20, enforcement: 2, execution: 10 },
    { event: 10, enforcement: 20, execution: 2 },
  ])('balances from the horizon on, and says so: kept for days %j', async (kept) => {
    const { db } = database;
    for (const table of ['event', 'enforcement', 'execution'] as const) await db.deleteFrom(table).execute();
    await db.updateTable('retention').set({ horizon: null }).execute();
    for (const days of [1, 3, 5, 11, 15, 21]) await makeChain({ event: days, outcome: days });
    // pending for so long that a horizon lies between the event and its outcome
    await makeChain({ event: 2.2, outcome: 1.8 });
    await keepFor(kept);
    await applyRetention(db, { batchSize: 100 });
    const since = new Date(Date.now() - day / 2);

    const ever = await ledger(db);
    const long = await ledger(db, { since: new Date(Date.now() - 12 * day) });
    const short = await ledger(db, { since });

    expect([ever, long, short].map(({ imbalances }) => imbalances)).toEqual([[], [], []]);
    expect(ever.counts).toMatchObject({ events_accepted: 1, enforcements: 2, executions: 2 });
    expect(Math.abs(ever.since!.getTime() - (Date.now() - 2 * day))).toBeLessThan(60_000);
    expect([long.since, short.since]).toEqual([ever.since, since]);
  });

  it('still names what is missing after it', async () => {
    const { db } = database;
    const { id, event } = await makeEnforcement(db, { status: 'processed' });
    await applyRetention(db, { batchSize: 100 });
    await db.deleteFrom('enforcement').where('id', '=', id).execute();

    const { imbalances } = await ledger(db);

    expect(imbalances).toContainEqual(
      expect.objectContaining({ check: 'matches = enforcements', ids: [event] }),
    );
  });
});

/** From an event to a settled execution; days ago. */
async function makeChain(days: { event: number; outcome: number }): Promise<void> {
  const { db } = database;
  const { id, event, execution } = await makeEnforcement(db, { status: 'processed' });
  const now = new Date();
  const ended = { status: 'completed', finished_at: now, settled_at: now, announced_at: null } as const;
  await db.updateTable('execution').set(ended).where('id', '=', execution).execute();
  await makeOlder(db, 'event', { days: days.event, keys: [event] });
  await makeOlder(db, 'enforcement', { days: days.outcome, keys: [id] });
  await makeOlder(db, 'execution', { days: days.outcome, keys: [execution!] });
}
