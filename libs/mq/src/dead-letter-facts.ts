import type { DeadLetterFacts } from '@attune/domain';
import type { DeadLetter } from './bus.js';

/** As many dead letters as are worth telling of at once. */
export const deadLettersTold = 1_000;

/** What the doctor looks at. */
export function deadLetterFacts(letters: readonly DeadLetter[]): DeadLetterFacts[] {
  return letters.map(({ id, type, queue, reason, diedAt }) => ({ id, type, queue, reason, died_at: diedAt }));
}
