import type { Received } from '../envelope.js';

/** The offset to begin at. */
export type LogStart = number | 'first';

/** For the broker to show the message a reader goes on from. */
const proofTimeoutMs = 5_000;

interface LogCursorOptions {
  onGap: () => void;
  /** Makes the reader begin again, at `start`. */
  restart: () => void;
}

/**
 * Where a reader of a log stands, over all its channels. It goes on at the last message it handled, not after it:
 * that message has to be there still, or the log is another one and its offsets mean something else.
 */
export class LogCursor {
  readonly #options: LogCursorOptions;
  #last: { readonly offset: number; readonly messageId: string } | undefined;
  #proof: NodeJS.Timeout | undefined;

  constructor(options: LogCursorOptions) {
    this.#options = options;
  }

  get start(): LogStart {
    return this.#last?.offset ?? 'first';
  }

  /** What of a batch was not passed before. */
  pass<B>(batch: readonly Received<B>[]): readonly Received<B>[] {
    clearTimeout(this.#proof);
    return batch.filter(({ envelope }) => this.#step(envelope.offset ?? 0, envelope.messageId));
  }

  /** After a new start: a broker that does not show the last message has none beyond it either. */
  expectProof(): void {
    if (this.#last === undefined) return;
    clearTimeout(this.#proof);
    this.#proof = setTimeout(() => {
      this.#last = undefined;
      this.#options.onGap();
      this.#options.restart();
    }, proofTimeoutMs);
  }

  stop(): void {
    clearTimeout(this.#proof);
  }

  #step(offset: number, messageId: string): boolean {
    const last = this.#last;
    if (last?.offset === offset && last.messageId === messageId) return false;
    if (last !== undefined && offset !== last.offset + 1) this.#options.onGap();
    this.#last = { offset, messageId };
    return true;
  }
}
