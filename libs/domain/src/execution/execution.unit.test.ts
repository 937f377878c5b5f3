import fc from 'fast-check';
import { dispatchQueueName } from './dispatch-queue.js';
import { executionResult, outcomeOf } from './execution-result.js';
import { decideRetry, retrySchema } from './retry.js';

describe('dispatchQueueName', () => {
  it.each([
    [undefined],
    [{}],
    [{ selector: {}, tolerations: [] }],
    [{ required_runtimes: {}, affinity: { required: [] } }],
  ])('is the runtime alone when nothing is demanded (%j)', (placement) => {
    expect(dispatchQueueName('shell', placement)).toBe('dispatch.shell');
  });

  it('has a hash of what is demanded', () => {
    expect(dispatchQueueName('shell', { selector: { zone: 'a' } })).toMatch(
      /^dispatch\.shell\.[0-9a-f]{12}$/,
    );
    expect(dispatchQueueName('shell', { selector: { zone: 'a' } })).not.toBe(
      dispatchQueueName('shell', { selector: { zone: 'b' } }),
    );
    expect(dispatchQueueName('shell', { runtime_version: '>=3' })).not.toBe(
      dispatchQueueName('python', { runtime_version: '>=3' }),
    );
  });

  it('does not depend on the order of keys', () => {
    const pairs = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(pairs, (selector) => {
        const reversed = Object.fromEntries(Object.entries(selector).reverse());
        expect(dispatchQueueName('shell', { selector })).toBe(
          dispatchQueueName('shell', { selector: reversed }),
        );
      }),
    );
  });

  it('depends on the order where it means something', () => {
    const tolerations = [{ key: 'a' }, { key: 'b' }];
    expect(dispatchQueueName('shell', { tolerations })).not.toBe(
      dispatchQueueName('shell', { tolerations: [...tolerations].reverse() }),
    );
  });
});

describe('decideRetry', () => {
  const retry = retrySchema.parse({ count: 3, delay: 10, backoff: 'exponential', max_delay: 30 });

  it.each([
    [1, 10_000],
    [2, 20_000],
    [3, 30_000],
  ])('after attempt %i waits %i ms', (attempt, delayMs) => {
    expect(decideRetry(retry, { attempt, outcome: 'failed' }, 0)).toEqual({ retry: true, delayMs });
  });

  it.each([
    ['constant', [10, 10, 10]],
    ['linear', [10, 20, 30]],
    ['exponential', [10, 20, 40]],
  ] as const)('backs off %s', (backoff, seconds) => {
    const settings = retrySchema.parse({ count: 9, delay: 10, backoff });
    const delays = [1, 2, 3].map((attempt) => decideRetry(settings, { attempt, outcome: 'failed' }, 0));
    expect(delays).toEqual(seconds.map((delay) => ({ retry: true, delayMs: delay * 1000 })));
  });

  it('stops when all retries are used', () => {
    expect(decideRetry(retry, { attempt: 4, outcome: 'failed' }, 0)).toEqual({
      retry: false,
      reason: 'all 3 retries are used',
    });
  });

  it('covers a lost worker only when it is told to', () => {
    expect(decideRetry(retry, { attempt: 1, outcome: 'lost' }, 0)).toEqual({
      retry: false,
      reason: "retry does not cover 'lost'",
    });
    expect(decideRetry({ ...retry, on: ['lost'] }, { attempt: 1, outcome: 'lost' }, 0)).toMatchObject({
      retry: true,
    });
  });

  it('does not retry without settings', () => {
    expect(decideRetry(undefined, { attempt: 1, outcome: 'failed' }, 0)).toEqual({
      retry: false,
      reason: 'no retry is set',
    });
  });

  it('adds at most the share that jitter names, and stays below the largest delay', () => {
    const settings = retrySchema.parse({
      count: 1000,
      delay: 3,
      backoff: 'exponential',
      max_delay: 60,
      jitter: 0.5,
    });
    const attempts = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(attempts, fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const decision = decideRetry(settings, { attempt, outcome: 'failed' }, random);
        const base = Math.min(60, 3 * 2 ** (attempt - 1)) * 1000;
        expect(decision).toMatchObject({ retry: true });
        const { delayMs } = decision as { delayMs: number };
        expect(delayMs).toBeGreaterThanOrEqual(base);
        expect(delayMs).toBeLessThanOrEqual(Math.min(60_000, Math.ceil(base * 1.5)));
      }),
    );
  });

  it('waits no longer than a week, nor not a number', () => {
    const settings = retrySchema.parse({ count: 1000, delay: 1, backoff: 'exponential' });
    expect(decideRetry(settings, { attempt: 1000, outcome: 'failed' }, 0)).toEqual({
      retry: true,
      delayMs: 604_800_000,
    });
    expect(decideRetry({ ...settings, delay: 0 }, { attempt: 1000, outcome: 'failed' }, 0)).toEqual({
      retry: true,
      delayMs: 0,
    });
  });

  it.each([
    { count: -1 },
    { count: 1, backoff: 'random' },
    { count: 1, jitter: 2 },
    { count: 1, on: ['bored'] },
    { count: 1, tries: 2 },
  ])('refuses the settings %j', (settings) => {
    expect(retrySchema.safeParse(settings).success).toBe(false);
  });
});

describe('outcomeOf', () => {
  it.each([
    [{ exitCode: 0 }, { status: 'completed' }],
    [{ exitCode: 3 }, { status: 'failed', error: 'the program ended with exit code 3' }],
    [
      { exitCode: null, signal: 'SIGKILL' },
      { status: 'failed', error: 'the program was ended by SIGKILL' },
    ],
    [{ exitCode: null }, { status: 'failed', error: 'the program ended without an exit code' }],
    [
      { exitCode: 0, error: 'the output is not JSON' },
      { status: 'failed', error: 'the output is not JSON' },
    ],
    [
      { exitCode: null, signal: 'SIGTERM', timedOut: true },
      { status: 'timeout', error: 'the run took longer than its timeout' },
    ],
    [
      { exitCode: 0, cancelled: true, timedOut: true },
      { status: 'cancelled', error: 'the run was cancelled' },
    ],
  ])('%j is %j', (exit, outcome) => {
    expect(outcomeOf(exit)).toEqual(outcome);
  });
});

describe('executionResult', () => {
  it('says what there is to say and no more', () => {
    expect(executionResult({ exitCode: 0 }, 12.4, { data: { a: 1 }, stdout: 'out', stderr: '' })).toEqual({
      exit_code: 0,
      duration_ms: 12,
      succeeded: true,
      data: { a: 1 },
      stdout: 'out',
    });
  });

  it('keeps what a failed run left behind', () => {
    expect(executionResult({ exitCode: 1 }, 5, { stderr: 'no', truncated: true })).toEqual({
      exit_code: 1,
      duration_ms: 5,
      succeeded: false,
      data: null,
      stdout: '',
      stderr: 'no',
      error: 'the program ended with exit code 1',
      truncated: true,
    });
  });
});
