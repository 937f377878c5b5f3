import fc from 'fast-check';
import { firstFire, nextFire, takeDue } from './next-fire.js';
import { timerPayload } from './timer-payload.js';
import { timerSpec } from './timer-spec.js';
import type { TimerSpec } from './timer-spec.js';

function cron(expression: string, timezone = 'Europe/Berlin', more: object = {}): TimerSpec {
  return timerSpec('core.crontimer', { expression, timezone, ...more });
}

function interval(seconds: number, more: object = {}): TimerSpec {
  return timerSpec('core.intervaltimer', { unit: 'seconds', interval: seconds, ...more });
}

/** The next instants, as text to the second. */
function upcoming(spec: TimerSpec, after: string, count: number): string[] {
  const instants: string[] = [];
  for (
    let next = nextFire(spec, new Date(after));
    next && instants.length < count;
    next = nextFire(spec, next)
  ) {
    instants.push(next.toISOString().replace('.000Z', 'Z'));
  }
  return instants;
}

describe('cron timers', () => {
  it('follow the clocks of their zone', () => {
    expect(upcoming(cron('0 9 * * *'), '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T08:00:00Z',
      '2026-03-29T07:00:00Z',
      '2026-03-30T07:00:00Z',
    ]);
  });

  it('fire once, at its end, in an hour that does not exist', () => {
    expect(upcoming(cron('30 2 * * *'), '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ]);
    expect(upcoming(cron('*/20 2 * * *'), '2026-03-29T00:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:00:00Z',
    ]);
    expect(upcoming(cron('0,30 * * * *'), '2026-03-29T00:00:00Z', 4)).toEqual([
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-29T01:30:00Z',
      '2026-03-29T02:00:00Z',
    ]);
  });

  it('fire once, the first time, in an hour that exists twice', () => {
    expect(upcoming(cron('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
    expect(upcoming(cron('*/30 * * * *'), '2026-10-24T23:45:00Z', 4)).toEqual([
      '2026-10-25T00:00:00Z',
      '2026-10-25T00:30:00Z',
      '2026-10-25T02:00:00Z',
      '2026-10-25T02:30:00Z',
    ]);
  });

  it('do the same when asked in the middle of the repeated hour', () => {
    expect(upcoming(cron('*/10 * * * * *'), '2026-10-25T01:30:05Z', 2)).toEqual([
      '2026-10-25T02:00:00Z',
      '2026-10-25T02:00:10Z',
    ]);
  });

  it.each([
    ['0 9 L * *', ['2026-01-31T08:00:00Z', '2026-02-28T08:00:00Z']],
    ['0 9 15W 8 *', ['2026-08-14T07:00:00Z', '2027-08-16T07:00:00Z']],
    ['0 9 * * MON#2', ['2026-01-12T08:00:00Z', '2026-02-09T08:00:00Z']],
    ['0 9 * * FRI#L', ['2026-01-30T08:00:00Z', '2026-02-27T08:00:00Z']],
    ['0 9 29 2 *', ['2028-02-29T08:00:00Z', '2032-02-29T08:00:00Z']],
    ['15 30 9 1 JAN-MAR *', ['2026-01-01T08:30:15Z', '2026-02-01T08:30:15Z']],
    ['0 9 13 * FRI', ['2026-01-02T08:00:00Z', '2026-01-09T08:00:00Z']],
  ])('%s fires at %j', (expression, expected) => {
    expect(upcoming(cron(expression), '2026-01-01T00:00:00Z', 2)).toEqual(expected);
  });

  it('fire within their bounds: from the start on, before the end', () => {
    const spec = cron('0 9 * * *', 'Europe/Berlin', {
      start_at: '2026-01-01T09:00:00',
      end_at: '2026-01-03T09:00:00',
    });

    expect(upcoming(spec, '2020-01-01T00:00:00Z', 9)).toEqual([
      '2026-01-01T08:00:00Z',
      '2026-01-02T08:00:00Z',
    ]);
  });

  it('are cheap to ask in the repeated hour, too', () => {
    const spec = cron('* * * * * *');
    const started = performance.now();
    for (let round = 0; round < 1000; round++) nextFire(spec, new Date('2026-10-25T01:00:01Z'));

    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('are cheap to ask, ten thousand due in the same second', () => {
    const specs = Array.from({ length: 100 }, (_, index) => cron(`${index % 60} * * * *`));
    for (const spec of specs) nextFire(spec, new Date('2026-05-01T00:00:00Z'));
    const started = performance.now();
    for (let round = 0; round < 100; round++)
      for (const spec of specs) nextFire(spec, new Date('2026-05-01T00:00:00Z'));

    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('interval timers', () => {
  it('keep their phase, whenever they are asked', () => {
    const spec = timerSpec(
      'core.intervaltimer',
      { unit: 'minutes', interval: 7 },
      new Date('2026-01-01T00:00:30Z'),
    );

    expect(upcoming(spec, '2026-01-01T00:00:30Z', 2)).toEqual([
      '2026-01-01T00:07:30Z',
      '2026-01-01T00:14:30Z',
    ]);
    expect(upcoming(spec, '2026-03-01T00:00:00Z', 1)).toEqual(['2026-03-01T00:06:30Z']);
  });

  it('do not fire before their anchor', () => {
    const anchor = new Date('2026-01-01T00:00:00Z');
    const spec = timerSpec('core.intervaltimer', { unit: 'minutes', interval: 7 }, anchor);

    expect(nextFire(spec, new Date('2025-12-31T12:00:00Z'))).toEqual(anchor);
  });

  it('fire at their start first', () => {
    const spec = interval(60, { start_at: '2026-01-01T00:00:00Z' });

    expect(upcoming(spec, '2025-06-01T00:00:00Z', 2)).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:01:00Z',
    ]);
  });
});

describe('one-shot timers', () => {
  const spec = timerSpec('core.datetimetimer', { fire_at: '2026-01-01T09:00:00Z' });

  it('fire once', () => {
    expect(upcoming(spec, '2026-01-01T08:59:59Z', 5)).toEqual(['2026-01-01T09:00:00Z']);
    expect(nextFire(spec, new Date('2026-01-01T09:00:00Z'))).toBeUndefined();
  });

  it('are due at once when they are made too late', () => {
    expect(firstFire(spec, new Date('2026-06-01T00:00:00Z'))).toEqual(new Date('2026-01-01T09:00:00Z'));
    expect(firstFire(interval(60), new Date('2026-06-01T00:00:30Z'))).toEqual(
      new Date('2026-06-01T00:01:00Z'),
    );
  });
});

describe('takeDue', () => {
  const due = new Date('2026-01-01T00:00:00Z');
  const later = (seconds: number) => new Date(due.getTime() + seconds * 1000);
  const take = (spec: TimerSpec, seconds: number, options: object = {}) =>
    takeDue(spec, due, later(seconds), { fireCount: 0, ...options });

  it('fires for every instant while it is hardly late', () => {
    expect(take(interval(1), 2.5)).toEqual({ fires: [due, later(1), later(2)], next: later(3) });
  });

  it('fires once for all it missed', () => {
    expect(take(interval(60), 3630)).toEqual({ fires: [later(3600)], next: later(3660) });
    expect(take(cron('0 * * * *'), 86_400 * 30 + 5)).toEqual({
      fires: [later(86_400 * 30)],
      next: later(86_400 * 30 + 3600),
    });
  });

  it('skips what it missed, except what is due just now', () => {
    const spec = interval(3600, { misfire: 'skip' });

    expect(take(spec, 5400)).toEqual({ fires: [], next: later(7200) });
    expect(take(spec, 7205)).toEqual({ fires: [later(7200)], next: later(10_800) });
  });

  it('catches up with what it missed, a bounded number at a time', () => {
    const spec = interval(60, { misfire: 'catch_up' });

    expect(take(spec, 600, { limit: 3 })).toEqual({ fires: [due, later(60), later(120)], next: later(180) });
    expect(take(spec, 150)).toEqual({ fires: [due, later(60), later(120)], next: later(180) });
  });

  it('ends with the last fire it may have', () => {
    expect(take(interval(1, { max_fires: 5 }), 10, { fireCount: 3 })).toEqual({
      fires: [due, later(1)],
      next: undefined,
    });
    expect(take(interval(1, { max_fires: 5 }), 10, { fireCount: 5 })).toEqual({ fires: [], next: undefined });
  });

  it('ends with its end', () => {
    const spec = interval(1, { end_at: '2026-01-01T00:00:02Z' });
    expect(take(spec, 10)).toEqual({ fires: [due, later(1)], next: undefined });
  });

  it('fires a one-shot however late', () => {
    const spec = timerSpec('core.datetimetimer', { fire_at: '2026-01-01T00:00:00Z' });
    expect(take(spec, 86_400)).toEqual({ fires: [due], next: undefined });
  });

  it('is quick after a year of silence', () => {
    const started = performance.now();

    expect(take(cron('*/5 * * * * *'), 365 * 86_400 + 3)).toEqual({
      fires: [later(365 * 86_400)],
      next: later(365 * 86_400 + 5),
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('any timer', () => {
  const at = (range: number) =>
    fc
      .constantFrom('*', '*/7', '3', '5-9', '1,8')
      .map((field) => (range < 24 ? field.replace('*/7', '*/3') : field));
  const specs = fc.oneof(
    fc
      .record({
        minute: at(60),
        hour: at(23),
        zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
      })
      .map(({ minute, hour, zone }) => cron(`${minute} ${hour} * * *`, zone)),
    fc.integer({ min: 1, max: 100_000 }).map((seconds) => interval(seconds)),
  );
  const instants = fc.oneof(
    fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
    fc
      .integer({ min: -7200, max: 7200 })
      .map((offset) => new Date(Date.parse('2026-03-29T01:00:00Z') + offset * 1000)),
    fc
      .integer({ min: -7200, max: 7200 })
      .map((offset) => new Date(Date.parse('2026-10-25T01:00:00Z') + offset * 1000)),
  );

  it('moves strictly forward, and does not skip what it would find from in between', () => {
    fc.assert(
      fc.property(specs, instants, fc.double({ min: 0, max: 0.999, noNaN: true }), (spec, after, part) => {
        const next = nextFire(spec, after)!;
        const between = new Date(after.getTime() + Math.floor((next.getTime() - after.getTime()) * part));

        expect(next.getTime()).toBeGreaterThan(after.getTime());
        expect(nextFire(spec, between)).toEqual(next);
      }),
      { numRuns: 500 },
    );
  });

  it('fires after an outage for the instant it would have fired for last', () => {
    fc.assert(
      fc.property(specs, instants, fc.integer({ min: 61, max: 100_000 }), (spec, start, seconds) => {
        const due = nextFire(spec, start)!;
        const now = new Date(due.getTime() + seconds * 1000);
        const { fires, next } = takeDue(spec, due, now, { fireCount: 0 });

        expect(fires).toHaveLength(1);
        expect(fires.every((fire) => fire <= now)).toBe(true);
        expect(fires.map((fire) => nextFire(spec, fire))).toEqual([next]);
        expect(next!.getTime()).toBeGreaterThan(now.getTime());
      }),
      { numRuns: 300 },
    );
  });
});

describe('timerPayload', () => {
  const fire = {
    scheduledAt: new Date('2026-01-01T08:00:00Z'),
    firedAt: new Date('2026-01-01T08:00:00.250Z'),
    fireCount: 4,
  };
  const shared = {
    scheduled_at: '2026-01-01T08:00:00.000Z',
    fired_at: '2026-01-01T08:00:00.250Z',
    fire_count: 4,
    execution_count: 4,
    sensor_ref: 'core.timer_sensor',
  };

  it('of an interval', () => {
    expect(timerPayload(interval(90), fire)).toEqual({ type: 'interval', interval_seconds: 90, ...shared });
  });

  it('of a cron timer says when the next one is', () => {
    expect(timerPayload(cron('0 9 * * *'), fire)).toEqual({
      type: 'cron',
      expression: '0 9 * * *',
      timezone: 'Europe/Berlin',
      next_fire_at: '2026-01-02T08:00:00.000Z',
      ...shared,
    });
    expect(
      timerPayload(cron('0 9 * * *', 'UTC', { end_at: '2026-01-01T09:30:00Z' }), {
        ...fire,
        scheduledAt: new Date('2026-01-01T09:00:00Z'),
      }),
    ).toMatchObject({ next_fire_at: null });
  });

  it('of a one-shot says how late it is', () => {
    const spec = timerSpec('core.datetimetimer', { fire_at: '2026-01-01T08:00:00Z' });
    expect(timerPayload(spec, fire)).toEqual({
      type: 'one_shot',
      fire_at: '2026-01-01T08:00:00.000Z',
      timezone: 'UTC',
      delay_ms: 250,
      ...shared,
    });
  });
});
