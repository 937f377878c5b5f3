import type { Principal } from '@attune/domain';
import { shownChange } from './change.js';
import type { Change } from './change.js';
import { mayRead } from './may-read.js';

/** Changes decided about with one look at the client's grants. */
const changesAtOnce = 500;
/** Changes that may wait for such a look. */
const maxWaiting = 10_000;

export interface DeliveryOptions {
  /** The client as it is now; rejects when it may not listen any more. */
  principal: () => Promise<Principal>;
  send: (frame: string) => void;
  /** The client cannot be served: its stream has to end. */
  fail: (error: unknown) => void;
}

export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';
}

/** The way of changes to one client: in order, each only if the client may read it at that moment. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #waiting: { change: Change; subscriptionIds: readonly string[] }[] = [];
  #isRunning = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  offer(change: Change, subscriptionIds: readonly string[]): void {
    this.#waiting.push({ change, subscriptionIds });
    if (this.#waiting.length > maxWaiting) {
      this.#waiting = [];
      this.#options.fail(new TooSlowError('more changes than can be delivered'));
    } else if (!this.#isRunning) {
      void this.#run();
    }
  }

  /** Forgets what waits. */
  stop(): void {
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const { principal, send, fail } = this.#options;
    try {
      while (this.#waiting.length > 0) {
        const current = await principal();
        const readable = this.#waiting
          .splice(0, changesAtOnce)
          .filter(({ change }) => mayRead(current, change));
        for (const { change, subscriptionIds } of readable) send(frameOf(change, subscriptionIds));
      }
    } catch (error) {
      this.stop();
      fail(error);
    } finally {
      this.#isRunning = false;
    }
  }
}

function frameOf(change: Change, subscriptions: readonly string[]): string {
  return JSON.stringify({ type: 'change', subscriptions, ...shownChange(change) });
}
