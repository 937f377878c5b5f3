import type { DeadLetter } from '../bus.js';
import { describeDeadLetter, queueOf } from '../dead-letter-wire.js';
import type { UntrustedMessage } from '../wire.js';

const capacity = 10_000;

/** The dead letters of an in-process broker; beyond the capacity the oldest are forgotten. */
export class MemoryGraveyard {
  #letters: UntrustedMessage[] = [];

  bury(letter: UntrustedMessage): void {
    if (this.#letters.length === capacity) this.#letters.shift();
    this.#letters.push(letter);
  }

  list(limit: number): readonly DeadLetter[] {
    return this.#letters.slice(0, limit).map(describeDeadLetter);
  }

  /** Takes the letters with these ids out, each with the queue it belongs to. */
  take(ids: readonly string[]): { id: string; queue: string; letter: UntrustedMessage }[] {
    const wanted = new Set(ids);
    const described = this.#letters.map((letter) => ({ letter, id: describeDeadLetter(letter).id }));
    this.#letters = described.filter(({ id }) => !wanted.has(id)).map(({ letter }) => letter);
    return described
      .filter(({ id }) => wanted.has(id))
      .map(({ letter, id }) => ({ id, queue: queueOf(letter), letter }));
  }

  get size(): number {
    return this.#letters.length;
  }
}
