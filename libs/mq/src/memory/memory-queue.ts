import type { UntrustedMessage } from '../wire.js';
import { Fifo } from './fifo.js';

/** A consumer as the queue sees it. */
export interface Reader {
  hasCredit(): boolean;
  deliver(message: UntrustedMessage): void;
}

export interface MemoryQueueOptions {
  name: string;
  maxLength: number;
  /** At the limit: make publishers wait, or forget the oldest. */
  whenFull: 'wait' | 'drop_oldest';
  onDrop?: (() => void) | undefined;
}

/** Readers take turns as long as they have credit; publishers wait while the queue is full. */
export class MemoryQueue {
  readonly name: string;
  readonly #options: MemoryQueueOptions;
  readonly #ready = new Fifo<UntrustedMessage>();
  readonly #readers: Reader[] = [];
  /** Publishers in line for room; each tells whether it still wants it. */
  readonly #inLine = new Fifo<() => boolean>();
  #turn = 0;

  constructor(options: MemoryQueueOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Ready messages; those in the hands of readers do not count. */
  get depth(): number {
    return this.#ready.length;
  }

  get hasRoom(): boolean {
    return this.#options.whenFull === 'drop_oldest' || !this.#isFull();
  }

  push(message: UntrustedMessage): void {
    if (this.#isFull() && this.hasRoom) {
      this.#ready.shift();
      this.#options.onDrop?.();
    }
    this.#ready.push(message);
    this.offer();
  }

  giveBack(messages: readonly UntrustedMessage[]): void {
    this.#ready.unshift(messages);
    this.offer();
  }

  attach(reader: Reader): void {
    this.#readers.push(reader);
    this.offer();
  }

  detach(reader: Reader): void {
    const index = this.#readers.indexOf(reader);
    if (index >= 0) this.#readers.splice(index, 1);
  }

  /** Hands out what can be handed out; called again whenever a reader gains credit. */
  offer(): void {
    while (this.#ready.length > 0) {
      const reader = this.#nextReader();
      if (reader === undefined) return;
      reader.deliver(this.#ready.shift()!);
      this.#admit();
    }
  }

  /** Resolves to true when a message may be pushed, false when there was no room in time. */
  async room(timeoutMs: number): Promise<boolean> {
    if (this.hasRoom) return true;
    return new Promise((resolve) => {
      let inLine = true;
      const leave = (admitted: boolean): void => {
        inLine = false;
        clearTimeout(timer);
        resolve(admitted);
      };
      const timer = setTimeout(() => leave(false), timeoutMs);
      this.#inLine.push(() => {
        const wantsIt = inLine;
        if (wantsIt) leave(true);
        return wantsIt;
      });
    });
  }

  #admit(): void {
    while (!this.#isFull() && this.#inLine.length > 0) {
      if (this.#inLine.shift()!()) return;
    }
  }

  #isFull(): boolean {
    return this.#ready.length >= this.#options.maxLength;
  }

  #nextReader(): Reader | undefined {
    for (let step = 0; step < this.#readers.length; step += 1) {
      const reader = this.#readers[(this.#turn + step) % this.#readers.length]!;
      if (!reader.hasCredit()) continue;
      this.#turn = (this.#turn + step + 1) % this.#readers.length;
      return reader;
    }
    return undefined;
  }
}
