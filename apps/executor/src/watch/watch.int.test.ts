import { getEvent, listEvents } from '@attune/db';
import {
  makeEnforcement,
  makeEvent,
  makeOlder,
  makeRule,
  makeTrigger,
  makeWorker,
  useTestDatabase,
} from '@attune/db/testing';
import { createMemoryBroker, deadLetter, eventCreated, message, openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { waitUntil } from '@attune/testing';

import { executorConfig } from '../config.js';
import { silentLog, testContext } from '../context.testing.js';
import { checkBooks } from './check-books.js';
import { createAlerts } from './raise-alerts.js';

const database = useTestDatabase();
const { ledger } = executorConfig.parse({}).watch;

let bus: Bus;

beforeAll(async () => {
  await makeTrigger(database.db, { ref: 'core.alert' });
});

beforeEach(async () => {
  const { db } = database;
  for (const table of [
    'event',
    'event_key',
    'enforcement',
    'execution',
    'worker',
    'ledger_check',
    'process',
  ] as const)
    await db.deleteFrom(table).execute();
  bus = openMemoryBus({ log: silentLog, broker: createMemoryBroker() });
});

afterEach(async () => bus.close());

/** Of an executor of its own. The processes that are not there are another matter. */
const executor = () => createAlerts({ ...testContext(database.db, bus), deadLetters: bus });

/** The payloads of the alerts so far, oldest first. */
async function alerts(): Promise<{ entity_type: string }[]> {
  const { items } = await listEvents(database.db, { trigger_ref: 'core.alert' }, { limit: 100 });
  const rows = await Promise.all(items.toReversed().map(({ id }) => getEvent(database.db, id)));
  const payloads = rows.map(({ payload }) => (payload ?? {}) as { entity_type: string });
  return payloads.filter(({ entity_type }) => entity_type !== 'service');
}

/** As a consumer that gives up gives it to the dead letters. */
async function bury(eventId: number): Promise<void> {
  const before = (await bus.queueDepth('dead_letters')) ?? 0;
  const options = { queue: 'executor.events', name: 'test' };
  const subscription = await bus.consume(eventCreated, options, async (batch) =>
    batch.map(() => deadLetter('cannot read it')),
  );
  await bus.publish([message(eventCreated, { eventIds: [eventId] })]);
  await waitUntil(async () => ((await bus.queueDepth('dead_letters')) ?? 0) > before);
  await subscription.close();
}

it('one lost worker raises one alert, however many executors look however often', async () => {
  const worker = await makeWorker(database.db, { name: 'w1', leaseMs: -1 });
  const [one, two] = [executor(), executor()];

  await Promise.all([one(), two()]);
  await one();

  expect(await alerts()).toEqual([
    {
      source: 'doctor',
      severity: 'error',
      message: 'worker w1 is gone without having signed off',
      entity_type: 'worker',
      entity_id: worker.id,
      entity_ref: 'w1',
      details: expect.objectContaining({ kind: 'worker_lost', command: 'attune worker ls' }),
    },
  ]);
});

it('an executor that is started anew does not tell again', async () => {
  await makeWorker(database.db, { leaseMs: -1 });
  await executor()();

  await executor()();

  expect(await alerts()).toHaveLength(1);
});

it('a ledger that does not balance raises one alert per imbalance', async () => {
  const { db } = database;
  const enforcement = await makeEnforcement(db, { status: 'processed' });
  await db.deleteFrom('execution').where('id', '=', enforcement.execution).execute();
  const look = executor();

  await checkBooks({ db, log: silentLog }, ledger);
  await look();
  await makeOlder(db, 'ledger_check', { days: 1 / 1_440, keys: await checks() });
  await checkBooks({ db, log: silentLog }, ledger);
  await look();

  expect(await checks()).toHaveLength(2);
  expect(await alerts()).toMatchObject([
    {
      severity: 'critical',
      entity_type: 'ledger',
      entity_id: enforcement.id,
      details: { kind: 'ledger_unbalanced' },
    },
  ]);
});

it('each dead letter is told of, and one about an alert is not', async () => {
  const look = executor();
  await bury((await makeEvent(database.db)).id);
  await look();
  expect(await alerts()).toMatchObject([
    { entity_type: 'dead_letter', message: expect.stringContaining('the last: cannot read it') },
  ]);

  const { items } = await listEvents(database.db, { trigger_ref: 'core.alert' }, { limit: 100 });
  for (const { id } of items) await bury(id);
  await look();
  expect(await alerts()).toHaveLength(1);

  await bury((await makeEvent(database.db)).id);
  await look();
  expect(await alerts()).toHaveLength(2);
});

it('what is held of a rule raises an alert, unless the rule is about alerts', async () => {
  const { db } = database;
  const rule = await makeRule(db);
  await makeEnforcement(db, { rule });
  await makeEnforcement(db, { rule: await makeRule(db, { trigger_ref: 'core.alert' }) });

  await executor()();

  const told = (await alerts()).filter((payload) => 'details' in payload);
  expect(told).toMatchObject([{ entity_type: 'enforcement', entity_ref: rule.ref }]);
});

it('without the core pack there is nothing but a line in the log', async () => {
  const { db } = database;
  await makeWorker(db, { leaseMs: -1 });
  const { trigger } = await db
    .selectFrom('trigger')
    .select('id as trigger')
    .where('ref', '=', 'core.alert')
    .executeTakeFirstOrThrow();
  await db.updateTable('trigger').set({ ref: 'core.alarm' }).where('id', '=', trigger).execute();
  try {
    await executor()();
    expect(await alerts()).toEqual([]);
  } finally {
    await db.updateTable('trigger').set({ ref: 'core.alert' }).where('id', '=', trigger).execute();
  }
});

async function checks(): Promise<number[]> {
  const rows = await database.db.selectFrom('ledger_check').select('id').execute();
  return rows.map(({ id }) => id);
}
