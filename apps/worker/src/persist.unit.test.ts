import { TransientError, ValidationError } from '@attune/domain';
import { PublishError } from '@attune/mq';
import { createLogger } from '@attune/service';
import { persist } from './persist.js';

const settings = (signal = new AbortController().signal) => ({
  signal,
  log: createLogger('test', { level: 'silent' }),
  what: 'do it',
});

test('tries again while the database or the broker is away', async () => {
  const failures = [new TransientError('away'), new PublishError([], 1)];
  const answer = await persist(async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'done';
  }, settings());
  expect(answer).toBe('done');
});

test('does not repeat what cannot work', async () => {
  let tries = 0;
  const attempt = async () => {
    tries++;
    throw new ValidationError('no');
  };
  await expect(persist(attempt, settings())).rejects.toThrow('no');
  expect(tries).toBe(1);
});

test('ends when there is no point any more, also while it waits', async () => {
  const over = new AbortController();
  let tries = 0;
  const attempt = async () => {
    tries++;
    setImmediate(() => over.abort());
    throw new TransientError('away');
  };
  expect(await persist(attempt, settings(over.signal))).toBeUndefined();
  expect(tries).toBe(1);
  expect(await persist(attempt, settings(over.signal))).toBeUndefined();
  expect(tries).toBe(1);
});
