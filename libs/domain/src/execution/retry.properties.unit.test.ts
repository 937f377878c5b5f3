import fc from 'fast-check';
import { decideRetry, retryBackoffs, retryOutcomes, retrySchema } from './retry.js';
import type { Retry } from './retry.js';

const weekMs = 604_800_000;

const settings = fc.record<Retry>(
  {
    count: fc.integer({ min: 0, max: 40 }),
    delay: fc.double({ min: 0, max: 1e6, noNaN: true }),
    backoff: fc.constantFrom(...retryBackoffs),
    max_delay: fc.double({ min: 0, max: 1e6, noNaN: true }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    on: fc.uniqueArray(fc.constantFrom(...retryOutcomes)),
  },
  { requiredKeys: ['count', 'delay', 'backoff', 'jitter', 'on'] },
);
const outcome = fc.constantFrom(...retryOutcomes);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('settings that are generated are settings that may be saved', () => {
  fc.assert(fc.property(settings, (retry) => expect(retrySchema.safeParse(retry).success).toBe(true)));
});

it('an execution has at most one attempt more than retries, and none after an outcome they do not cover', () => {
  fc.assert(
    fc.property(
      settings,
      fc.array(outcome, { minLength: 42, maxLength: 42 }),
      random,
      (retry, outcomes, chance) => {
        let attempt = 1;
        for (const each of outcomes) {
          if (!decideRetry(retry, { attempt, outcome: each }, chance).retry) break;
          attempt += 1;
        }
        const uncovered = outcomes.findIndex((each) => !retry.on.includes(each));
        const allowed = uncovered < 0 ? outcomes.length : uncovered;
        expect(attempt).toBe(1 + Math.min(retry.count, allowed));
      },
    ),
  );
});

it('the wait is at least what is set, jitter adds no more than its share, and nothing goes beyond the limits', () => {
  const attempts = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(settings, attempts, random, (retry, attempt, chance) => {
      const always = { ...retry, count: 40, on: ['failed' as const] };
      const wait = (share: number) => {
        const decision = decideRetry(always, { attempt, outcome: 'failed' }, share);
        return decision.retry ? decision.delayMs : NaN;
      };
      const limitMs = Math.min(weekMs, (retry.max_delay ?? Infinity) * 1000);
      expect(wait(chance)).toBeGreaterThanOrEqual(wait(0));
      expect(wait(chance)).toBeLessThanOrEqual(
        Math.round(Math.min(limitMs, wait(0) * (1 + retry.jitter) + 1)),
      );
      expect(wait(chance)).toBeLessThanOrEqual(Math.round(limitMs));
    }),
  );
});

it('no attempt waits less than the one before it', () => {
  fc.assert(
    fc.property(settings, fc.integer({ min: 1, max: 39 }), random, (retry, attempt, chance) => {
      const always = { ...retry, count: 40, on: ['failed' as const] };
      const [earlier, later] = [attempt, attempt + 1].map((n) =>
        decideRetry(always, { attempt: n, outcome: 'failed' }, chance),
      );
      expect(later).toMatchObject({ retry: true });
      expect((later as { delayMs: number }).delayMs).toBeGreaterThanOrEqual(
        (earlier as { delayMs: number }).delayMs,
      );
    }),
  );
});
