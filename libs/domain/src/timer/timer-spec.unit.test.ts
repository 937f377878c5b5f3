import { ValidationError } from '../errors.js';
import { checkTimer, timerSpec } from './timer-spec.js';

describe('checkTimer', () => {
  it.each([
    ['core.intervaltimer', { unit: 'minutes', interval: 5 }],
    [
      'core.intervaltimer',
      { unit: 'days', interval: 1, jitter: 30, misfire: 'skip', max_fires: 3, description: 'x' },
    ],
    ['core.crontimer', { expression: '0 9 * * MON-FRI', timezone: 'Europe/Berlin' }],
    ['core.crontimer', { expression: '*/10 * * * * *' }],
    ['core.crontimer', { expression: '0 9 L * *', start_at: '2026-01-01', end_at: '2026-02-01T00:00:00Z' }],
    ['core.crontimer', { expression: '0 9 15W JAN,JUL *' }],
    ['core.crontimer', { expression: '0 9 * * FRI#L' }],
    ['core.datetimetimer', { fire_at: '2026-01-01T09:00:00Z' }],
    ['core.datetimetimer', { fire_at: '2026-01-01T09:00:00', timezone: 'America/New_York' }],
  ])('finds nothing wrong with %s %j', (trigger, params) => {
    expect(checkTimer(trigger, params)).toEqual([]);
  });

  it.each([
    [
      'core.intervaltimer',
      { unit: 'minute', interval: 5 },
      'unit',
      'must be one of seconds, minutes, hours, days',
    ],
    ['core.intervaltimer', { unit: 'minutes' }, 'interval', 'must be a whole number, at least 1'],
    [
      'core.intervaltimer',
      { unit: 'minutes', interval: 0 },
      'interval',
      'must be a whole number, at least 1',
    ],
    ['core.intervaltimer', { unit: 'days', interval: 367 }, 'interval', 'must be at most 366 days'],
    [
      'core.intervaltimer',
      { unit: 'days', interval: 1, misfire: 'later' },
      'misfire',
      'must be one of fire_once, skip, catch_up',
    ],
    [
      'core.intervaltimer',
      { unit: 'days', interval: 1, jitter: -1 },
      'jitter',
      'must be a number of seconds between 0 and 86400',
    ],
    [
      'core.intervaltimer',
      { unit: 'days', interval: 1, start_at: 'soon' },
      'start_at',
      'must be a time such as 2026-01-31T09:00:00Z',
    ],
    ['core.crontimer', {}, 'expression', 'must be a cron expression such as 0 9 * * MON-FRI'],
    [
      'core.crontimer',
      { expression: '* * *' },
      'expression',
      'must have 5 fields (minute hour day month weekday), or 6 with seconds first',
    ],
    [
      'core.crontimer',
      { expression: '@daily' },
      'expression',
      'must have 5 fields (minute hour day month weekday), or 6 with seconds first',
    ],
    [
      'core.crontimer',
      { expression: '* * * * * * 2026' },
      'expression',
      'must have 5 fields (minute hour day month weekday), or 6 with seconds first',
    ],
    [
      'core.crontimer',
      { expression: '60 * * * *' },
      'expression',
      'is not a cron expression: Invalid value for minute: 60',
    ],
    ['core.crontimer', { expression: '0 0 31 2 *' }, 'expression', 'never comes true'],
    [
      'core.crontimer',
      { expression: '* * * * *', timezone: 'Mars' },
      'timezone',
      'must be a time zone such as Europe/Berlin',
    ],
    [
      'core.datetimetimer',
      { fire_at: '2026-02-30' },
      'fire_at',
      'must be a time such as 2026-01-31T09:00:00Z',
    ],
    ['core.datetimetimer', {}, 'fire_at', 'must be a time such as 2026-01-31T09:00:00Z'],
  ])('%s %j: %s %s', (trigger, params, path, message) => {
    expect(checkTimer(trigger, params)).toEqual([{ path, message }]);
  });

  it('names parameters it does not know, with the nearest it knows', () => {
    expect(
      checkTimer('core.crontimer', { expression: '* * * * *', timezon: 'UTC' }, 'trigger_params'),
    ).toEqual([
      { path: 'trigger_params.timezon', message: 'is not known here', hint: "did you mean 'timezone'?" },
    ]);
  });

  it('refuses what is no timer', () => {
    expect(checkTimer('core.rruletimer', {})).toMatchObject([
      { path: 'trigger_ref', message: 'core.rruletimer is not available in this version' },
    ]);
    expect(checkTimer('core.crontimr', {})).toMatchObject([{ hint: "did you mean 'core.crontimer'?" }]);
    expect(checkTimer('core.crontimer', null)).toMatchObject([{ path: '', message: 'must be an object' }]);
  });
});

describe('timerSpec', () => {
  it('reads an interval, anchored at its start or else at the given instant', () => {
    const anchor = new Date('2026-01-01T00:00:07Z');
    const params = { unit: 'minutes', interval: 5, jitter: 2.5, max_fires: 3 };

    expect(timerSpec('core.intervaltimer', params, anchor)).toEqual({
      kind: 'interval',
      everyMs: 300_000,
      anchor,
      misfire: 'fire_once',
      jitterMs: 2500,
      maxFires: 3,
    });
    expect(timerSpec('core.intervaltimer', { ...params, start_at: '2026-02-01' }, anchor)).toMatchObject({
      anchor: new Date('2026-02-01T00:00:00Z'),
      startAt: new Date('2026-02-01T00:00:00Z'),
    });
  });

  it('reads times without an offset in the zone of the timer', () => {
    const params = {
      expression: '0 9 * * *',
      timezone: 'Europe/Berlin',
      start_at: '2026-07-01T00:00',
      misfire: 'catch_up',
    };

    expect(timerSpec('core.crontimer', params)).toEqual({
      kind: 'cron',
      expression: '0 9 * * *',
      timezone: 'Europe/Berlin',
      startAt: new Date('2026-06-30T22:00:00Z'),
      misfire: 'catch_up',
      jitterMs: 0,
    });
    expect(
      timerSpec('core.datetimetimer', { fire_at: '2026-01-01T09:00', timezone: 'Europe/Berlin' }),
    ).toMatchObject({
      fireAt: new Date('2026-01-01T08:00:00Z'),
    });
  });

  it('throws what checkTimer finds', () => {
    expect(() => timerSpec('core.crontimer', { expression: '60 * * * *' })).toThrow(ValidationError);
    expect(() => timerSpec('core.crontimer', { expression: '60 * * * *' })).toThrow(
      'invalid timer core.crontimer: expression is not a cron expression: Invalid value for minute: 60',
    );
  });
});
