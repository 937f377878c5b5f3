import fc from 'fast-check';
import { instantOf, isTimezone, wallTime, zoneOffset } from './zone.js';

const HOUR = 3_600_000;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
];

describe('zones', () => {
  it('knows zones of the tz database and no others', () => {
    expect(isTimezone('Europe/Berlin')).toBe(true);
    expect(isTimezone('UTC')).toBe(true);
    expect(isTimezone('Mars/Olympus')).toBe(false);
    expect(isTimezone('')).toBe(false);
  });

  it.each([
    ['2026-01-15T12:00:00Z', 1],
    ['2026-07-15T12:00:00Z', 2],
    ['2026-03-29T00:59:59.999Z', 1],
    ['2026-03-29T01:00:00Z', 2],
    ['2026-10-25T00:59:59.999Z', 2],
    ['2026-10-25T01:00:00Z', 1],
  ])('at %s Berlin is %i hours ahead', (instant, hours) => {
    expect(zoneOffset(new Date(instant), 'Europe/Berlin')).toBe(hours * HOUR);
  });

  it('takes a time that is skipped for the instant at which clocks are put forward', () => {
    const wall = new Date('2026-03-29T02:30:00Z');
    expect(instantOf(wall, 'Europe/Berlin')).toEqual(new Date('2026-03-29T01:00:00Z'));
  });

  it('takes a time that occurs twice for the first one', () => {
    const wall = new Date('2026-10-25T02:30:00Z');
    expect(instantOf(wall, 'Europe/Berlin')).toEqual(new Date('2026-10-25T00:30:00Z'));
  });

  it('knows half an hour of change', () => {
    expect(instantOf(new Date('2026-10-04T02:15:00Z'), 'Australia/Lord_Howe')).toEqual(
      new Date('2026-10-03T15:30:00Z'),
    );
  });

  it('knows a day that was left out', () => {
    expect(instantOf(new Date('2011-12-30T12:00:00Z'), 'Pacific/Apia')).toEqual(
      new Date('2011-12-30T10:00:00Z'),
    );
  });

  it('keeps milliseconds, before 1970 too', () => {
    const instant = new Date(-1);
    expect(wallTime(instant, 'UTC')).toEqual(instant);
  });

  it('comes back to an instant with the same wall time, and never to a later one', () => {
    const instants = fc.date({
      min: new Date('1975-01-01'),
      max: new Date('2060-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (instant, zone) => {
        const back = instantOf(wallTime(instant, zone), zone);
        expect(wallTime(back, zone)).toEqual(wallTime(instant, zone));
        expect(back.getTime()).toBeLessThanOrEqual(instant.getTime());
      }),
    );
  });
});
