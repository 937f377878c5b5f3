import { getEvent, listTimerRules } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import { ack, definitionChanged, eventCreated, message, openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { createLogger } from '@attune/service';
import type { Service } from '@attune/service';
import { describeLifecycle, waitUntil } from '@attune/testing';

import { sensorConfig } from './config.js';
import { createSensor } from './sensor.service.js';
import { eventsOfRule, insertTimerTriggers, makeIntervalRule } from './testing/timer-rules.js';

const database = useTestDatabase();
const log = createLogger('test', { level: 'silent' });
const buses: Bus[] = [];
const running: Service[] = [];

function openBus(): Bus {
  const bus = openMemoryBus({ log });
  buses.push(bus);
  return bus;
}

async function startSensor(bus: Bus, clock: object = {}): Promise<Service> {
  const service = await createSensor(sensorConfig.parse({ clock }), { db: database.db, bus, log });
  running.push(service);
  return service;
}

beforeAll(() => insertTimerTriggers(database.db));

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
});

test('a rule that was just made fires soon after it is announced, and its events reach the executor’s queue', async () => {
  const bus = openBus();
  const arrived: number[] = [];
  await bus.consume(eventCreated, { queue: 'executor.events' }, async (batch) => {
    arrived.push(...batch.flatMap(({ body }) => body.eventIds));
    return batch.map(() => ack());
  });
  await startSensor(bus, { reconcile_ms: 3_600_000 });
  const rule = await makeIntervalRule(database.db, { unit: 'seconds', interval: 1 });
  const change = { entityType: 'rule', id: rule.id, ref: rule.ref, version: 1, change: 'created' } as const;
  await bus.publish([message(definitionChanged, change)]);

  await waitUntil(() => arrived.length >= 2, { timeoutMs: 10_000, message: 'two ticks' });
  const events = await Promise.all(arrived.map((id) => getEvent(database.db, id)));
  const instants = events.map(({ payload }) => (payload as { scheduled_at: string }).scheduled_at);
  const phase = rule.created.getTime() % 1_000;
  expect(instants.every((instant) => Date.parse(instant) % 1_000 === phase)).toBe(true);
  const lateness = events.map(
    ({ created, payload }) =>
      created.getTime() - Date.parse((payload as { scheduled_at: string }).scheduled_at),
  );
  expect(Math.max(...lateness)).toBeLessThan(1_000);
});

test('rules are found without any message, by the regular round', async () => {
  const rule = await makeIntervalRule(database.db, { unit: 'seconds', interval: 1 });
  await startSensor(openBus(), { reconcile_ms: 100 });
  await waitUntil(async () => (await eventsOfRule(database.db, rule.ref)).length > 0, {
    timeoutMs: 10_000,
    message: 'a tick',
  });
});

test('a restart keeps the next instant', async () => {
  const rule = await makeIntervalRule(database.db);
  const timer = async () => (await listTimerRules(database.db)).find((row) => row.rule === rule.id)?.timer;
  const first = await startSensor(openBus());
  await waitUntil(async () => (await timer()) != null, { timeoutMs: 5_000, message: 'the timer' });
  const before = await timer();
  await first.stop();
  await startSensor(openBus(), { reconcile_ms: 100 });
  const other = await makeIntervalRule(database.db);
  await waitUntil(
    async () =>
      (await listTimerRules(database.db)).some((row) => row.rule === other.id && row.timer !== null),
    { timeoutMs: 5_000, message: 'a round of the second service' },
  );
  expect(await timer()).toEqual(before);
});

describeLifecycle('sensor', { create: () => startSensor(openBus()) });
