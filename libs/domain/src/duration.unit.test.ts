import { Duration, parseDuration } from './duration.js';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['-5m', -300_000],
    ['1w', 604_800_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '5 m', '1h 30m', '1x', '5m!', '1s'.repeat(40)])('takes %j for none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('is written in seconds', () => {
    expect(String(new Duration(5_400_000))).toBe('5400s');
    expect(JSON.stringify({ for: new Duration(1500) })).toBe('{"for":"1.5s"}');
  });
});
