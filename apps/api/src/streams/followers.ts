import type { FanOut, Listener } from '@attune/changes';

export interface Follower {
  /** Resolves at the next change of the execution or its log, after a bounded wait, or when the signal ends. */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
  /** Idempotent. */
  close(): void;
}

/** Wakes whoever follows an execution when it changes. A change between two waits is remembered. */
export function followExecution(fanOut: FanOut, executionId: number): Follower {
  const waiter = new Waiter();
  const filter = { entityTypes: ['execution', 'execution_log'], entityId: executionId };
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
