import type { Notice, Received } from '@attune/mq';
import type { Change } from './change.js';
import { markOf, positionText } from './position.js';
import type { Position } from './position.js';

interface Entry {
  readonly offset: number;
  readonly mark: string;
  readonly changes: readonly Change[];
}

/** The latest changes, for clients that come back: whole notices, without a gap between them. */
export class ChangeLog {
  readonly #capacity: number;
  #entries: Entry[] = [];
  /** Entries before it have made room. */
  #first = 0;
  #kept = 0;
  #end: Position | undefined;

  /** `capacity`: changes a client may have missed and still get. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** After the latest change; undefined when nothing was heard yet, or nothing since a gap. */
  get end(): Position | undefined {
    return this.#end;
  }

  add({ body, envelope }: Received<Notice>): readonly Change[] {
    const { offset = 0, messageId, timestamp: at } = envelope;
    const mark = markOf(messageId);
    if (offset !== (this.#entries.at(-1)?.offset ?? offset - 1) + 1) this.breakOff();
    const changes = body.changes.map((change, index) => ({
      ...change,
      id: positionText({ offset, index, mark }),
      at,
    }));
    this.#entries.push({ offset, mark, changes });
    this.#kept += changes.length;
    this.#end = { offset, index: Math.max(0, changes.length - 1), mark };
    this.#makeRoom();
    return changes;
  }

  /** What came after the position; undefined when that is not known any more, or was never a position here. */
  since({ offset, index, mark }: Position): readonly Change[] | undefined {
    const oldest = this.#entries[this.#first];
    if (oldest === undefined || offset < oldest.offset) return undefined;
    const place = this.#first + offset - oldest.offset;
    const entry = this.#entries[place];
    if (entry?.mark !== mark) return undefined;
    const later = this.#entries.slice(place + 1).flatMap(({ changes }) => changes);
    return [...entry.changes.slice(index + 1), ...later];
  }

  /** Changes were missed: nobody can resume across this point. */
  breakOff(): void {
    this.#entries = [];
    this.#first = 0;
    this.#kept = 0;
    this.#end = undefined;
  }

  #makeRoom(): void {
    for (;;) {
      const left = this.#kept - (this.#entries[this.#first]?.changes.length ?? 0);
      // A position is known as long as its own notice is kept.
      if (left <= this.#capacity || this.#first === this.#entries.length - 1) break;
      this.#kept = left;
      this.#first += 1;
    }
    // Cut rarely: taking off one at a time would move the whole array each time.
    if (this.#first <= this.#entries.length / 2) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
