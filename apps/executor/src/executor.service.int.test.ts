import {
  claimExecutions,
  finishExecutions,
  getEvent,
  getExecution,
  listEnforcements,
  listExecutions,
} from '@attune/db';
import type { Db, EventRow, RuleRow, TriggerRow } from '@attune/db';
import { makeEvent, makeRule, makeTrigger, makeWorker, useTestDatabase } from '@attune/db/testing';
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

const start = (bus: Bus, settings: ExecutorConfig = config) =>
  createExecutor(settings, { db: database.db, bus, log: silentLog });

describeLifecycle('executor', { create: () => start(openMemoryBus({ log: silentLog })) });

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
  return bus.publish(events.map(({ id }) => message(eventCreated, { eventId: id })));
}

async function executionsOf(db: Db, events: readonly EventRow[]) {
  const pages = events.map(({ id }) => listExecutions(db, { cause_event: id }, { limit: 10 }));
  return (await Promise.all(pages)).flatMap(({ items }) => items);
}

describe.each([
  { name: 'in-process bus', open: async () => openMemoryBus({ log: silentLog, broker: memory }) },
  { name: 'RabbitMQ', open: () => rabbit.open() },
])('on the $name', ({ open }) => {
  it('an event leads to a dispatched execution, and its end is settled', async () => {
    const { db } = database;
    const worker = await makeWorker(db, { capabilities: { runtimes: ['noop'] } });
    const hold = { workerId: worker.id, incarnation: worker.incarnation };
    const events = await makeEvents(db, await makeEagerRule(db), 3);
    const bus = await open();
    const executor = await start(bus);
    await bus.ensureDispatchQueue(queue);
    const dispatched: ExecutionScheduled[] = [];
    await bus.consume(executionScheduled, { queue }, async (batch) => {
      dispatched.push(...batch.map(({ body }) => body));
      return batch.map(ack);
    });

    await announce(bus, events);
    await waitUntil(() => dispatched.length === 3, { message: 'three dispatches' });
    const claims = dispatched.map(({ executionId: id, attempt }) => ({ id, attempt }));
    await claimExecutions(db, claims, hold);
    await finishExecutions(
      db,
      claims.map((claim) => ({ ...claim, status: 'completed' })),
      hold,
    );
    await bus.publish(dispatched.map((body) => message(executionFinished, body)));

    const executions = await waitUntil(async () => {
      const rows = await executionsOf(db, events);
      return rows.every(({ settled_at }) => settled_at !== null) && rows;
    });
    expect(executions.map(({ id }) => id).sort()).toEqual(claims.map(({ id }) => id).sort());
    expect(executions).toMatchObject(executions.map(() => ({ status: 'completed', attempt: 1 })));
    await executor.stop();
    await bus.close();
  });

  it('two executors share the events, and each is enforced once', async () => {
    const { db } = database;
    const events = await makeEvents(db, await makeEagerRule(db), 100);
    const buses = [await open(), await open()] as const;
    const executors = await Promise.all(buses.map((bus) => start(bus)));

    await announce(buses[0], [...events, ...events]);
    await waitUntil(async () => (await executionsOf(db, events)).length === 100, {
      message: '100 executions',
    });
    await Promise.all(executors.map((executor) => executor.stop()));
    await Promise.all(buses.map((bus) => bus.close()));

    for (const { id } of events) {
      expect((await listEnforcements(db, { event: id }, { limit: 10 })).items).toHaveLength(1);
    }
  });

  it('one event that cannot be committed does not stop those that came with it', async () => {
    const { db } = database;
    const poisonous = await makeTrigger(db);
    const rule = await makeRule(db, { trigger_ref: poisonous.ref });
    const bus = await open();
    const executor = await start(bus);
    const cached = await makeEvents(db, poisonous, 1);
    await announce(bus, cached);
    await waitUntil(async () => (await executionsOf(db, cached)).length === 1);
    await deleteBehindTheCache(db, rule);
    const [poison] = await makeEvents(db, poisonous, 1);
    const good = await makeEvents(db, await makeEagerRule(db), 9);

    await announce(bus, [...good.slice(0, 4), ...(poison ? [poison] : []), ...good.slice(4)]);

    await waitUntil(async () => (await executionsOf(db, good)).length === 9, { message: 'nine executions' });
    expect(await getEvent(db, poison?.id ?? 0)).toMatchObject({ status: 'pending' });
    await executor.stop();
    await bus.close();
  });
});

/** The action of a rule, without telling anybody: what is committed for the rule then fails. */
async function deleteBehindTheCache(db: Db, { action_ref }: RuleRow): Promise<void> {
  await db.deleteFrom('action').where('ref', '=', action_ref).execute();
}

describe('what a stopped executor left', () => {
  it('is found at the start of the next one, though no message tells of it', async () => {
    const { db } = database;
    const events = await makeEvents(db, await makeEagerRule(db), 3);
    const settings = executorConfig.parse({ sweeps: { overdue_at_start_ms: 0 } });
    const executor = await start(openMemoryBus({ log: silentLog }), settings);

    const executions = await waitUntil(async () => {
      const rows = await executionsOf(db, events);
      return rows.length === 3 && rows;
    });
    await executor.stop();

    expect((await getExecution(db, executions[0]?.id ?? 0)).cause_event).toBe(executions[0]?.cause_event);
  });
});
