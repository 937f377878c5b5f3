import type { FanOut, Listener } from '@attune/changes';

export interface Follower {
  /** Resolves at the next news of what is followed, after a bounded wait, or when the signal ends. */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
  /** Idempotent. */
  close(): void;
}

/** What may be followed, and the changes that are news of it; each carries the id of what is followed. */
const newsOf = {
  execution: ['execution', 'execution_log'],
  event: ['event'],
} as const;

/** Wakes whoever follows something when it changes. A change between two waits is remembered. */
export function follow(fanOut: FanOut, what: keyof typeof newsOf, entityId: number): Follower {
  const waiter = new Waiter();
  const filter = { entityTypes: newsOf[what], entityId };
  const subscription = { owner: waiter, id: '', filter };
  fanOut.join(waiter);
  fanOut.subscribe(subscription);
  return {
    changed: (waitMs, signal) => waiter.wait(waitMs, signal),
    close: () => {
      fanOut.unsubscribe(subscription);
      fanOut.leave(waiter);
    },
  };
}

class Waiter implements Listener {
  #isPending = false;
  #resolve: (() => void) | undefined;

  offer(): void {
    this.#isPending = true;
    this.#resolve?.();
  }

  replay(): void {
    this.offer();
  }

  reset(): void {
    this.offer();
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isPending && !signal.aborted) await this.#next(timeoutMs, signal);
    this.#isPending = false;
  }

  #next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#resolve = undefined;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done, { once: true });
      this.#resolve = done;
    });
  }
}
