import {
  claimExecutions,
  findExecution,
  finishExecutions,
  getEvent,
  listEnforcements,
  listExecutions,
} from '@attune/db';
import type { Db, EventRow, ExecutionSummary, RuleRow, TriggerRow } from '@attune/db';
import {
  makeEvent,
  makeExecution,
  makeOlder,
  makeRule,
  makeTrigger,
  makeWorker,
  useTestDatabase,
} from '@attune/db/testing';
import {
  ack,
  createMemoryBroker,
  eventCreated,
  executionFinished,
  executionScheduled,
  message,
  openMemoryBus,
} from '@attune/mq';
import type { Bus, ExecutionScheduled } from '@attune/mq';
import { useTestBus } from '@attune/mq/testing';
import { describeLifecycle, waitUntil } from '@attune/testing';

import { executorConfig } from './config.js';
import type { ExecutorConfig } from './config.js';
import { silentLog } from './context.testing.js';
import { createExecutor } from './executor.service.js';

const database = useTestDatabase();
const rabbit = useTestBus('executor');
const memory = createMemoryBroker();

const config = executorConfig.parse({});
const queue = 'dispatch.noop';

const create = (bus: Bus, settings: ExecutorConfig = config) =>
  createExecutor(settings, { db: database.db, bus, log: silentLog });

describeLifecycle('executor', { create: () => create(openMemoryBus({ log: silentLog })) });

/** What a test has opened, last first. */
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function start(bus: Bus, settings?: ExecutorConfig): Promise<void> {
  const executor = await create(bus, settings);
  opened.unshift(() => executor.stop());
}

/** A rule that wants every event of a trigger of its own. */
async function makeEagerRule(db: Db): Promise<TriggerRow> {
  const trigger = await makeTrigger(db);
  await makeRule(db, { trigger_ref: trigger.ref });
  return trigger;
}

async function makeEvents(db: Db, trigger: TriggerRow, count: number): Promise<EventRow[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) => makeEvent(db, { trigger_ref: trigger.ref, payload: { n } })),
  );
}

function announce(bus: Bus, events: readonly EventRow[]): Promise<void> {
  return bus.publish(events.map(({ id }) => message(eventCreated, { eventIds: [id] })));
}

async function executionsOf(db: Db, { ref }: TriggerRow): Promise<ExecutionSummary[]> {
  return (await listExecutions(db, { trigger_ref: ref }, { limit: 1_000 })).items;
}

describe.each([
  { name: 'in-process bus', openBus: async () => openMemoryBus({ log: silentLog, broker: memory }) },
  { name: 'RabbitMQ', openBus: () => rabbit.open() },
])('on the $name', ({ openBus }) => {
  const open = async (): Promise<Bus> => {
    const bus = await openBus();
    opened.unshift(() => bus.close());
    return bus;
  };

  it('an event leads to a dispatched execution, and its end is settled', async () => {
    const { db } = database;
    const worker = await makeWorker(db, {
      leaseMs: 3_600_000,
      capabilities: { runtimes: ['noop'] },
    });
    const hold = { workerId: worker.id, incarnation: worker.incarnation };
    const trigger = await makeEagerRule(db);
    const events = await makeEvents(db, trigger, 3);
    const bus = await open();
    await start(bus);
    await bus.ensureDispatchQueue(queue);
    const dispatched = new Map<number, ExecutionScheduled>();
    await bus.consume(executionScheduled, { queue }, async (batch) => {
      for (const { body } of batch) dispatched.set(body.executionId, body);
      return batch.map(ack);
    });

    await announce(bus, events);
    const scheduled = await waitUntil(async () => {
      const rows = await executionsOf(db, trigger);
      return rows.length === 3 && rows.every(({ id }) => dispatched.has(id)) && rows;
    });
    const claims = scheduled.map(({ id, attempt }) => ({ id, attempt }));
    await claimExecutions(db, claims, hold);
    await finishExecutions(
      db,
      claims.map((claim) => ({ ...claim, status: 'completed' })),
      hold,
    );
    await bus.publish(
      claims.map(({ id, attempt }) => message(executionFinished, { executionId: id, attempt })),
    );

    const settled = await waitUntil(async () => {
      const rows = await executionsOf(db, trigger);
      return rows.every(({ settled_at }) => settled_at !== null) && rows;
    });
    expect(settled).toMatchObject(scheduled.map(({ id }) => ({ id, status: 'completed', attempt: 1 })));
  });

  it('two executors share the events, and each is enforced once', async () => {
    const { db } = database;
    const trigger = await makeEagerRule(db);
    const events = await makeEvents(db, trigger, 100);
    const buses = [await open(), await open()] as const;
    for (const bus of buses) await start(bus);

    await announce(buses[0], [...events, ...events]);
    await waitUntil(async () => (await executionsOf(db, trigger)).length === 100, {
      message: '100 executions',
    });

    for (const { id } of events) {
      expect((await listEnforcements(db, { event: id }, { limit: 10 })).items).toHaveLength(1);
    }
  });

  it('one event that cannot be committed does not stop those that came with it', async () => {
    const { db } = database;
    const poisonous = await makeTrigger(db);
    const rule = await makeRule(db, { trigger_ref: poisonous.ref });
    const trigger = await makeEagerRule(db);
    const bus = await open();
    await start(bus);
    await announce(bus, await makeEvents(db, poisonous, 1));
    await waitUntil(async () => (await executionsOf(db, poisonous)).length === 1);
    await deleteBehindTheCache(db, rule);
    const poison = await makeEvent(db, { trigger_ref: poisonous.ref });
    const good = await makeEvents(db, trigger, 9);

    await announce(bus, [...good.slice(0, 4), poison, ...good.slice(4)]);

    await waitUntil(async () => (await executionsOf(db, trigger)).length === 9, {
      message: 'nine executions',
    });
    expect(await getEvent(db, poison.id)).toMatchObject({ status: 'pending' });
  });
});

/** The action of a rule, without telling anybody: what is committed for the rule then fails. */
async function deleteBehindTheCache(db: Db, { action_ref }: RuleRow): Promise<void> {
  await db.deleteFrom('action').where('ref', '=', action_ref).execute();
}

describe('what a stopped executor left', () => {
  it('is found by the first look of the next one, however much it is', async () => {
    const { db } = database;
    const trigger = await makeEagerRule(db);
    const events = await makeEvents(db, trigger, 7);
    const pending_events = { interval_ms: 3_600_000 };
    const sweeps = { batch_size: 2, overdue_at_start_ms: 0, pending_events };

    await start(openMemoryBus({ log: silentLog }), executorConfig.parse({ sweeps }));

    await waitUntil(async () => (await executionsOf(db, trigger)).length === 7);
    for (const { id } of events) expect(await getEvent(db, id)).toMatchObject({ status: 'evaluated' });
  });
});

it('removes what is kept no longer', async () => {
  const { db } = database;
  const { id } = await makeExecution(db, { status: 'completed', settled: true });
  await makeOlder(db, 'execution', { days: 31, keys: [id] });

  await start(openMemoryBus({ log: silentLog }));

  await waitUntil(async () => (await findExecution(db, id)) === undefined);
});
