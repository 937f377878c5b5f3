import {
  advanceTimers,
  ensureTimers,
  getEvent,
  inTransaction,
  listEvents,
  listTimerRules,
  lockDueTimers,
  nextTimerDue,
  updateRule,
} from '@attune/db';
import type { Db, TimerRow } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import { handedOver } from '@attune/intake';
import { eventCreated, notice } from '@attune/mq';
import { recordPublisher } from '@attune/mq/testing';
import { createLogger } from '@attune/service';

import type { SensorContext } from '../context.js';
import {
  eventsOfRule,
  insertTimerTriggers,
  makeDueTimers,
  makeIntervalRule,
} from '../testing/timer-rules.js';
import { fireDueTimers } from './fire-due-timers.js';

const database = useTestDatabase();
const log = createLogger('test', { level: 'silent' });
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

function clockOn(db: Db): SensorContext & { publisher: ReturnType<typeof recordPublisher> } {
  return { db, publisher: recordPublisher(), log };
}

async function timersOf(db: Db, timers: readonly TimerRow[]): Promise<TimerRow[]> {
  const ids = new Set(timers.map(({ id }) => id));
  return (await listTimerRules(db)).flatMap(({ timer }) =>
    timer !== null && ids.has(timer.id) ? [timer] : [],
  );
}

beforeAll(() => insertTimerTriggers(database.db));

test('a due timer gives one event for its rule, announced after the commit, and its next instant', async () => {
  const due = minutesAgo(1);
  const [timer] = await makeDueTimers(database.db, 1, due);
  const ctx = clockOn(database.db);
  expect(await fireDueTimers(ctx, 100)).toBe(1);

  const [event] = await eventsOfRule(database.db, timer?.rule_ref ?? '');
  expect(await getEvent(database.db, event?.id ?? 0)).toMatchObject({
    trigger_ref: 'core.intervaltimer',
    rule: timer?.rule,
    status: 'pending',
    payload: { scheduled_at: due.toISOString(), fire_count: 1 },
  });
  await handedOver(ctx);
  expect(ctx.publisher.bodies(eventCreated)).toEqual([{ eventIds: [event?.id] }]);
  expect(ctx.publisher.bodies(notice)).toHaveLength(1);
  const [after] = await timersOf(database.db, timer === undefined ? [] : [timer]);
  expect(after).toMatchObject({ fire_count: 1, next_fire_at: new Date(due.getTime() + 3_600_000) });
  expect(await fireDueTimers(ctx, 100)).toBe(0);
});

test('two clocks that race over 500 due timers fire each instant once', async () => {
  const timers = await makeDueTimers(database.db, 500, minutesAgo(1));
  const clocks = [clockOn(database.open().db), clockOn(database.open().db)];
  await Promise.all(clocks.map(({ db }) => nextTimerDue(db)));
  const found = await Promise.all(clocks.map((ctx) => fireDueTimers(ctx, 20)));

  expect(found.reduce((sum, count) => sum + count, 0)).toBe(500);
  expect(Math.min(...found)).toBeGreaterThan(0);
  const page = { limit: 1_000 };
  const { items } = await listEvents(database.db, { trigger_ref: 'core.intervaltimer' }, page);
  const fired = new Set(timers.map(({ rule }) => rule));
  const rules = items.map(({ rule }) => rule).filter((rule) => rule !== null && fired.has(rule));
  expect(rules).toHaveLength(500);
  expect(new Set(rules).size).toBe(500);
  await Promise.all(clocks.map(handedOver));
  const announced = clocks.flatMap(({ publisher }) => publisher.bodies(eventCreated));
  expect(new Set(announced.flatMap(({ eventIds }) => eventIds)).size).toBe(500);
  expect(announced.flatMap(({ eventIds }) => eventIds)).toHaveLength(500);
  expect((await timersOf(database.db, timers)).every(({ fire_count }) => fire_count === 1)).toBe(true);
});

test('an instant that was recorded before gives no second event, even when the timer is set back to it', async () => {
  const due = minutesAgo(1);
  const [timer] = await makeDueTimers(database.db, 1, due);
  const ctx = clockOn(database.db);
  await fireDueTimers(ctx, 10);
  await ensureTimers(database.db, [
    { rule: timer?.rule ?? 0, params: timer?.params ?? {}, next_fire_at: due },
  ]);
  await fireDueTimers(ctx, 10);
  expect(await eventsOfRule(database.db, timer?.rule_ref ?? '')).toHaveLength(1);
  await handedOver(ctx);
  expect(ctx.publisher.bodies(eventCreated)).toHaveLength(1);
});

test('a timer whose parameters are broken rests, and the others of its batch fire', async () => {
  const broken = await makeIntervalRule(database.db, { unit: 'moons' });
  await ensureTimers(database.db, [
    { rule: broken.id, params: { unit: 'moons', interval: 1 }, next_fire_at: minutesAgo(2) },
  ]);
  const [good] = await makeDueTimers(database.db, 1, minutesAgo(1));
  expect(await fireDueTimers(clockOn(database.db), 10)).toBe(2);
  expect(await eventsOfRule(database.db, good?.rule_ref ?? '')).toHaveLength(1);
  expect(await eventsOfRule(database.db, broken.ref)).toEqual([]);
  const rows = await listTimerRules(database.db);
  expect(rows.find(({ rule }) => rule === broken.id)?.timer).toMatchObject({
    next_fire_at: null,
    fire_count: 0,
  });
});

test('a timer of a disabled rule does not fire', async () => {
  const [timer] = await makeDueTimers(database.db, 1, minutesAgo(1));
  await updateRule(database.db, timer?.rule ?? 0, { enabled: false });
  expect(await fireDueTimers(clockOn(database.db), 10)).toBe(0);
  expect(await eventsOfRule(database.db, timer?.rule_ref ?? '')).toEqual([]);
});

test('a clock that dies before its commit leaves the instant to another', async () => {
  const [timer] = await makeDueTimers(database.db, 1, minutesAgo(1));
  const dying = inTransaction(database.open().db, async (trx) => {
    const due = await lockDueTimers(trx, { limit: 10 });
    await advanceTimers(
      trx,
      due.map(({ id, now }) => ({ id, next_fire_at: null, last_fire_at: now, fires: 1 })),
    );
    throw new Error('killed');
  });
  await expect(dying).rejects.toThrow('killed');
  expect(await fireDueTimers(clockOn(database.db), 10)).toBe(1);
  expect(await eventsOfRule(database.db, timer?.rule_ref ?? '')).toHaveLength(1);
});

test.each([
  ['fire_once', 1],
  ['skip', 0],
  ['catch_up', 3],
])('after an outage over three instants, misfire %s records %i events', async (misfire, count) => {
  const rule = await makeIntervalRule(database.db, { unit: 'hours', interval: 1, misfire });
  await ensureTimers(database.db, [
    { rule: rule.id, params: rule.trigger_params, next_fire_at: minutesAgo(150) },
  ]);
  await fireDueTimers(clockOn(database.db), 10);
  expect(await eventsOfRule(database.db, rule.ref)).toHaveLength(count);
});
