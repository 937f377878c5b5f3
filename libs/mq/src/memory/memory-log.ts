import type { WireMessage } from '../wire.js';
import { offsetHeader } from '../wire.js';
import { MemoryQueue } from './memory-queue.js';

const keptMessages = 10_000;
const readerLength = 2 * keptMessages;

/** The latest messages in order, and a queue for each reader of them. */
export class MemoryLog {
  readonly hasRoom = true;
  readonly #name: string;
  readonly #readers = new Set<MemoryQueue>();
  #kept: WireMessage[] = [];
  #nextOffset = 0;

  constructor(name: string) {
    this.#name = name;
  }

  push({ content, properties }: WireMessage): void {
    const headers = { ...properties.headers, [offsetHeader]: this.#nextOffset };
    const numbered = { content, properties: { ...properties, headers } };
    this.#nextOffset += 1;
    this.#kept.push(numbered);
    // Cut rarely: taking off one at a time would move the whole array each time.
    if (this.#kept.length >= 2 * keptMessages) this.#kept = this.#kept.slice(-keptMessages);
    for (const reader of this.#readers) reader.push(numbered);
  }

  async room(): Promise<boolean> {
    return true;
  }

  /** A queue with everything that is kept, and what comes. */
  open(onDrop?: () => void): MemoryQueue {
    const reader = new MemoryQueue({
      name: this.#name,
      maxLength: readerLength,
      whenFull: 'drop_oldest',
      onDrop,
    });
    for (const message of this.#kept) reader.push(message);
    this.#readers.add(reader);
    return reader;
  }

  close(reader: MemoryQueue): void {
    this.#readers.delete(reader);
  }
}
