import type { DueTimer } from '@attune/db';

import { fireTimer } from './fire-timer.js';

interface Moment {
  readonly due: string;
  readonly at: string;
}

function timer({ due, at }: Moment, values: Partial<DueTimer> = {}): DueTimer {
  return {
    id: 7,
    rule: 1,
    rule_ref: 'demo.tick',
    trigger_ref: 'core.intervaltimer',
    params: { unit: 'minutes', interval: 5 },
    next_fire_at: new Date(due),
    last_fire_at: null,
    fire_count: 3,
    created: new Date('2026-01-01T00:00:00Z'),
    updated: new Date('2026-01-01T00:00:00Z'),
    now: new Date(at),
    ...values,
  };
}

test('one due instant is one event for the timer’s rule, and the next instant follows', () => {
  const { events, advance } = fireTimer(
    timer({ due: '2026-03-01T10:05:00Z', at: '2026-03-01T10:05:00.120Z' }),
  );
  expect(events).toMatchObject([
    {
      trigger: 'core.intervaltimer',
      rule: 'demo.tick',
      dedupeKey: 'timer:7:2026-03-01T10:05:00.000Z',
      payload: {
        scheduled_at: '2026-03-01T10:05:00.000Z',
        fired_at: '2026-03-01T10:05:00.120Z',
        fire_count: 4,
      },
    },
  ]);
  expect(advance).toEqual({
    id: 7,
    next_fire_at: new Date('2026-03-01T10:10:00Z'),
    last_fire_at: new Date('2026-03-01T10:05:00Z'),
    fires: 1,
  });
});

test('an interval keeps its phase, however late it fires', () => {
  const late = fireTimer(timer({ due: '2026-03-01T10:05:00Z', at: '2026-03-01T10:18:31Z' }));
  expect(late.advance.next_fire_at).toEqual(new Date('2026-03-01T10:20:00Z'));
});

test.each([
  ['fire_once', 1],
  ['skip', 0],
  ['catch_up', 3],
])('after an outage over three instants, misfire %s gives %i events', (misfire, count) => {
  const params = { unit: 'minutes', interval: 5, misfire };
  const { events, advance } = fireTimer(
    timer({ due: '2026-03-01T10:05:00Z', at: '2026-03-01T10:18:31Z' }, { params }),
  );
  expect(events).toHaveLength(count);
  expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(count);
  expect(advance).toMatchObject({ fires: count, next_fire_at: new Date('2026-03-01T10:20:00Z') });
});

test('catching up is bounded: a year of missed minutes is not a year of events', () => {
  const params = { unit: 'minutes', interval: 1, misfire: 'catch_up' };
  const { events, advance } = fireTimer(
    timer({ due: '2025-03-01T10:00:00Z', at: '2026-03-01T10:00:00Z' }, { params }),
  );
  expect(events).toHaveLength(100);
  expect(advance.next_fire_at?.getTime()).toBeGreaterThan(Date.parse('2026-03-01T10:00:00Z'));
});

test('a one-shot fires once, also when it is late, and then rests', () => {
  const { events, advance } = fireTimer(
    timer(
      { due: '2026-03-01T10:05:00Z', at: '2026-03-02T00:00:00Z' },
      { trigger_ref: 'core.datetimetimer', params: { fire_at: '2026-03-01T10:05:00Z' }, fire_count: 0 },
    ),
  );
  expect(events).toHaveLength(1);
  expect(advance).toMatchObject({ next_fire_at: null, fires: 1 });
});

test('a timer with max_fires rests after its last', () => {
  const params = { unit: 'minutes', interval: 5, max_fires: 4 };
  const { events, advance } = fireTimer(
    timer({ due: '2026-03-01T10:05:00Z', at: '2026-03-01T10:05:01Z' }, { params }),
  );
  expect(events).toHaveLength(1);
  expect(advance).toMatchObject({ next_fire_at: null, fires: 1 });
});

test('cron times are those of the zone, across the change to summer time', () => {
  const params = { expression: '0 9 * * *', timezone: 'Europe/Berlin' };
  const { advance } = fireTimer(
    timer(
      { due: '2026-03-28T08:00:00Z', at: '2026-03-28T08:00:00.050Z' },
      { trigger_ref: 'core.crontimer', params },
    ),
  );
  expect(advance.next_fire_at).toEqual(new Date('2026-03-29T07:00:00Z'));
});

test('jitter delays a rule’s firings by the same time each, and keeps instants and phase', () => {
  const params = { unit: 'minutes', interval: 5, jitter: 60 };
  const start = Date.parse('2026-03-01T10:05:00Z');
  const first = fireTimer(
    timer({ due: '2026-03-01T10:05:20.500Z', at: '2026-03-01T10:05:20.600Z' }, { params }),
  );
  const next = first.advance.next_fire_at?.getTime() ?? 0;
  expect(next - Date.parse('2026-03-01T10:05:20.500Z')).toBe(300_000);
  const scheduled = first.events.map(({ payload }) => (payload as { scheduled_at: string }).scheduled_at);
  expect(scheduled).toHaveLength(1);
  expect(Math.abs(Date.parse(scheduled[0] ?? '') - start)).toBeLessThanOrEqual(60_000);
});

test('parameters that are no timer are an error of their own', () => {
  const broken = timer(
    { due: '2026-03-01T10:05:00Z', at: '2026-03-01T10:05:00Z' },
    { params: { unit: 'moons' } },
  );
  expect(() => fireTimer(broken)).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }) as Error);
});
