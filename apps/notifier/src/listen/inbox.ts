import type { RawData } from 'ws';
import type { ClientMessage } from './client-message.js';
import { readFrame } from './read-frame.js';

/** Messages of a client that may wait for the one before them. */
const maxWaiting = 100;

export interface InboxOptions {
  handle: (message: ClientMessage) => Promise<void>;
  /** A message could not be read or handled. */
  fail: (error: unknown) => void;
  overflow: () => void;
  maxPerSecond: number;
}

/** A client's messages, one after the other: what it subscribes to is read after it has authenticated. */
export class Inbox {
  readonly #options: InboxOptions;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #second = 0;
  #thisSecond = 0;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  receive(data: RawData, isBinary: boolean): void {
    if (this.#waiting >= maxWaiting || this.#isTooFast()) this.#options.overflow();
    else this.run(() => this.#options.handle(readFrame(data, isBinary)));
  }

  #isTooFast(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    this.#thisSecond = second === this.#second ? this.#thisSecond + 1 : 1;
    this.#second = second;
    return this.#thisSecond > this.#options.maxPerSecond;
  }

  /** Work that goes before every later message. */
  run(work: () => Promise<void>): void {
    this.#waiting += 1;
    this.#turn = this.#turn
      .then(work)
      .catch(this.#options.fail)
      .finally(() => {
        this.#waiting -= 1;
      });
  }
}
