import type { TimerRow, TimerRule } from '@attune/db';

import { planTimer } from './plan-timer.js';

const created = new Date('2026-03-01T10:00:30Z');
const now = new Date('2026-03-01T12:00:00Z');
const params = { unit: 'minutes', interval: 5 };

function rule(values: Partial<TimerRule> = {}): TimerRule {
  return {
    rule: 1,
    rule_ref: 'demo.tick',
    trigger_ref: 'core.intervaltimer',
    trigger_params: params,
    rule_created: created,
    timer: null,
    ...values,
  };
}

function row(values: Partial<TimerRow> = {}): TimerRow {
  return {
    id: 7,
    rule: 1,
    rule_ref: 'demo.tick',
    trigger_ref: 'core.intervaltimer',
    params,
    next_fire_at: new Date('2026-03-01T12:00:30Z'),
    last_fire_at: null,
    fire_count: 0,
    created,
    updated: created,
    ...values,
  };
}

test('a rule without a clock gets one, in the rhythm that began with the rule', () => {
  expect(planTimer(rule(), now)).toEqual({
    rule: 1,
    params,
    next_fire_at: new Date('2026-03-01T12:00:30Z'),
  });
});

test('a clock that fits the rule is left alone, also when it is overdue', () => {
  const overdue = row({ next_fire_at: new Date('2026-03-01T11:00:30Z') });
  expect(planTimer(rule({ timer: overdue }), now)).toBeUndefined();
});

test('changed parameters set the clock anew', () => {
  const changed = { unit: 'minutes', interval: 7 };
  expect(planTimer(rule({ trigger_params: changed, timer: row() }), now)).toMatchObject({
    params: changed,
    next_fire_at: new Date('2026-03-01T12:06:30Z'),
  });
});

test('a clock that rested goes on with the next instant and makes nothing up', () => {
  const rested = row({ next_fire_at: null, fire_count: 12 });
  expect(planTimer(rule({ timer: rested }), now)).toMatchObject({
    next_fire_at: new Date('2026-03-01T12:00:30Z'),
  });
});

test('a clock that has fired as often as it should stays at rest', () => {
  const limited = { ...params, max_fires: 12 };
  const done = row({ params: limited, next_fire_at: null, fire_count: 12 });
  expect(planTimer(rule({ trigger_params: limited, timer: done }), now)).toBeUndefined();
});

test('a one-shot that was missed is due at once; one that has fired stays at rest', () => {
  const once = { fire_at: '2026-03-01T11:00:00Z' };
  const oneShot = rule({ trigger_ref: 'core.datetimetimer', trigger_params: once });
  const planned = planTimer(oneShot, now);
  expect(planned?.next_fire_at?.getTime()).toBeLessThanOrEqual(now.getTime());
  const fired = row({ trigger_ref: 'core.datetimetimer', params: once, next_fire_at: null, fire_count: 1 });
  expect(planTimer({ ...oneShot, timer: fired }, now)).toBeUndefined();
});

test('jitter moves rules apart, each by the same time always', () => {
  const jittery = { ...params, jitter: 240 };
  const plan = (ref: string) =>
    planTimer(rule({ rule_ref: ref, trigger_params: jittery }), now)?.next_fire_at;
  expect(plan('demo.a')).toEqual(plan('demo.a'));
  const offsets = ['demo.a', 'demo.b', 'demo.c', 'demo.d'].map((ref) => plan(ref)?.getTime() ?? 0);
  expect(new Set(offsets).size).toBe(4);
});
