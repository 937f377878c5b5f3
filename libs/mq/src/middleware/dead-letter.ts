import { deadLetter as bury } from '../verdict.js';
import type { Middleware } from './middleware.js';

/** Ends the retries of a message that has used up its attempts. */
export const deadLetter: Middleware =
  (next, { maxAttempts }) =>
  async (batch) => {
    const verdicts = await next(batch);
    return verdicts.map((verdict, index) => {
      const { attempt } = batch[index]!;
      if (verdict.kind !== 'retry' || verdict.counted === false || attempt < maxAttempts) return verdict;
      return bury(`given up after ${attempt} attempts: ${verdict.reason}`);
    });
  };
