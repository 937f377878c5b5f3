import { createLoginThrottle, LockedError, lockSeconds } from './login-throttle.js';

function throttleAt(start = 0) {
  const clock = { ms: start, now: () => new Date(clock.ms) };
  return { clock, throttle: createLoginThrottle(clock) };
}

function tryTimes(throttle: { begin(login: string): void }, login: string, times: number): void {
  for (let count = 0; count < times; count += 1) throttle.begin(login);
}

test('the fifth attempt without success locks the login, whatever its case', () => {
  const { throttle } = throttleAt();
  tryTimes(throttle, 'Ada', 5);
  expect(() => throttle.begin('ada')).toThrow(LockedError);
});

test('attempts count before their outcome is known, so guesses made at once are throttled', () => {
  const { throttle } = throttleAt();
  const outcomes = Array.from({ length: 100 }, () => {
    try {
      throttle.begin('ada');
      return 'checked';
    } catch {
      return 'refused';
    }
  });
  expect(outcomes.filter((outcome) => outcome === 'checked')).toHaveLength(5);
});

test('a success forgets the failures', () => {
  const { throttle } = throttleAt();
  tryTimes(throttle, 'ada', 4);
  throttle.succeed('ada');
  expect(() => tryTimes(throttle, 'ada', 5)).not.toThrow();
});

test('the lock ends, and the next failure doubles it', () => {
  const { clock, throttle } = throttleAt();
  tryTimes(throttle, 'ada', 5);
  clock.ms += 1000;
  throttle.begin('ada');
  clock.ms += 1000;
  expect(() => throttle.begin('ada')).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
  clock.ms += 1000;
  expect(() => throttle.begin('ada')).not.toThrow();
});

test('the lock never exceeds a quarter of an hour', () => {
  expect([4, 5, 6, 7, 50, 5000].map(lockSeconds)).toEqual([0, 1, 2, 4, 900, 900]);
});

test('other logins are not affected', () => {
  const { throttle } = throttleAt();
  tryTimes(throttle, 'ada', 5);
  expect(() => throttle.begin('grace')).not.toThrow();
});
