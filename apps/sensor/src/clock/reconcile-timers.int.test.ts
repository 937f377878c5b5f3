import { deleteRule, ensureTimers, listTimerRules, updateRule } from '@attune/db';
import { makeRule, useTestDatabase } from '@attune/db/testing';
import { recordPublisher } from '@attune/mq/testing';
import { createLogger } from '@attune/service';

import type { SensorContext } from '../context.js';
import {
  eventsOfRule,
  insertTimerTriggers,
  makeIntervalRule,
  makeTimerRule,
} from '../testing/timer-rules.js';
import { fireDueTimers } from './fire-due-timers.js';
import { reconcileTimers } from './reconcile-timers.js';

const database = useTestDatabase();

function context(): SensorContext {
  const log = createLogger('test', { level: 'silent' });
  return { db: database.db, publisher: recordPublisher(), log };
}

async function timerOf(rule: number) {
  return (await listTimerRules(database.db)).find((row) => row.rule === rule)?.timer;
}

beforeAll(() => insertTimerTriggers(database.db));

test('enabled rules of timer triggers get clocks, other rules do not; a second round has nothing to do', async () => {
  const ctx = context();
  const rule = await makeIntervalRule(database.db, { unit: 'minutes', interval: 10 });
  const off = await makeTimerRule(database.db, 'intervaltimer', { unit: 'minutes', interval: 10 }, false);
  await makeRule(database.db);

  expect(await reconcileTimers(ctx)).toBe(1);
  const timer = await timerOf(rule.id);
  expect(timer).toMatchObject({ rule_ref: rule.ref, trigger_ref: 'core.intervaltimer', fire_count: 0 });
  expect(timer?.next_fire_at?.getTime()).toBe(rule.created.getTime() + 600_000);
  expect(await timerOf(off.id)).toBeUndefined();
  expect(await reconcileTimers(ctx)).toBe(0);
});

test('several services that reconcile at once set one clock', async () => {
  const rule = await makeIntervalRule(database.db);
  await Promise.all(Array.from({ length: 4 }, () => reconcileTimers(context())));
  const rows = (await listTimerRules(database.db)).filter((row) => row.rule === rule.id);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.timer?.next_fire_at?.getTime()).toBe(rule.created.getTime() + 3_600_000);
});

test('changed parameters set the clock anew; renaming the rule does not touch it', async () => {
  const rule = await makeIntervalRule(database.db);
  await reconcileTimers(context());
  const first = await timerOf(rule.id);
  await updateRule(database.db, rule.id, { label: 'Another name' });
  expect(await reconcileTimers(context())).toBe(0);
  await updateRule(database.db, rule.id, { trigger_params: { unit: 'hours', interval: 2 } });
  expect(await reconcileTimers(context())).toBe(1);
  const second = await timerOf(rule.id);
  expect(second?.id).toBe(first?.id);
  expect(second?.next_fire_at?.getTime()).toBe(rule.created.getTime() + 7_200_000);
});

test('a rule that was disabled for a while goes on without making anything up', async () => {
  const rule = await makeIntervalRule(database.db);
  await ensureTimers(database.db, [
    { rule: rule.id, params: rule.trigger_params, next_fire_at: new Date('2026-01-01T00:00:00Z') },
  ]);
  await updateRule(database.db, rule.id, { enabled: false });
  await reconcileTimers(context());
  await updateRule(database.db, rule.id, { enabled: true });
  await reconcileTimers(context());

  expect(await fireDueTimers(context(), 10)).toBe(0);
  expect((await timerOf(rule.id))?.next_fire_at?.getTime()).toBe(rule.created.getTime() + 3_600_000);
});

test('parameters that are no timer leave the other rules alone', async () => {
  const broken = await makeIntervalRule(database.db, { unit: 'moons' });
  const good = await makeIntervalRule(database.db);
  await reconcileTimers(context());
  expect(await timerOf(broken.id)).toMatchObject({ next_fire_at: null });
  expect((await timerOf(good.id))?.next_fire_at).toBeInstanceOf(Date);
  expect(await reconcileTimers(context())).toBe(0);
  await updateRule(database.db, broken.id, { trigger_params: { unit: 'hours', interval: 1 } });
  expect(await reconcileTimers(context())).toBe(1);
});

test('a one-shot whose time passed before anybody saw it fires once', async () => {
  const rule = await makeTimerRule(database.db, 'datetimetimer', { fire_at: '2020-01-01T00:00:00Z' });
  await reconcileTimers(context());
  await fireDueTimers(context(), 10);
  await reconcileTimers(context());
  await fireDueTimers(context(), 10);
  expect(await eventsOfRule(database.db, rule.ref)).toHaveLength(1);
});

test('the clock of a deleted rule is gone with it', async () => {
  const rule = await makeIntervalRule(database.db);
  await reconcileTimers(context());
  await deleteRule(database.db, rule.id);
  expect(await timerOf(rule.id)).toBeUndefined();
  expect(await reconcileTimers(context())).toBe(0);
});
