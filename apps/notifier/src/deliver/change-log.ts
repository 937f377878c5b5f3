import { randomUUID } from 'node:crypto';
import type { NoticeChange } from '@attune/mq';
import type { Change } from './change.js';

/** Where a client stopped: ids count within one stream, and a stream is one notifier without a gap. */
export interface Position {
  readonly stream: string;
  readonly after: number;
}

/** The latest changes, numbered, for clients that come back. */
export class ChangeLog {
  readonly #capacity: number;
  #stream = randomUUID();
  #lastId = 0;
  #kept: Change[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get stream(): string {
    return this.#stream;
  }

  get lastId(): number {
    return this.#lastId;
  }

  add(change: NoticeChange, at: Date): Change {
    this.#lastId += 1;
    const numbered = { ...change, id: this.#lastId, at };
    this.#kept.push(numbered);
    // Cut rarely: taking off one at a time would move the whole array each time.
    if (this.#kept.length > 2 * this.#capacity) this.#kept = this.#kept.slice(-this.#capacity);
    return numbered;
  }

  /** What came after the position; undefined when that cannot be known any more. */
  since({ stream, after }: Position): readonly Change[] | undefined {
    const kept = this.#capacity === 0 ? [] : this.#kept.slice(-this.#capacity);
    const oldest = this.#lastId - kept.length;
    if (stream !== this.#stream || after < oldest || after > this.#lastId) return undefined;
    return kept.slice(after - oldest);
  }

  /** Changes were missed: nobody can resume across this point. Ids go on growing. */
  breakOff(): void {
    this.#stream = randomUUID();
    this.#kept = [];
  }
}
