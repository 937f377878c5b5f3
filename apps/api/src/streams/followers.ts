import { RateLimitedError } from '@attune/domain';
import { notice } from '@attune/mq';
import type { Bus, Subscription } from '@attune/mq';

export type Followed = 'execution' | 'event';

/** What the notices about an entity tell news of; each carries the id of that. */
const newsOf: Readonly<Record<string, Followed>> = {
  execution: 'execution',
  execution_log: 'execution',
  event: 'event',
};

export interface Follower {
  /** Resolves at the next notice about what is followed, after a bounded wait, or when the signal ends. */
  changed(signal: AbortSignal): Promise<void>;
  /** Idempotent. */
  close(): void;
}

export interface Followers {
  /** Throws RateLimitedError when this process follows as much as it may. */
  follow(id: number, entity?: Followed): Follower;
  close(): Promise<void>;
}

export interface FollowersOptions {
  bus: Pick<Bus, 'subscribe'>;
  max: number;
  /** Longest wait: notices may be lost. */
  pollMs: number;
}

/**
 * Wakes whoever follows an execution or an event when a notice about it comes: one subscription per process. Notices may
 * be lost, so waits are bounded. A notice between two waits is remembered.
 */
export async function openFollowers({ bus, max, pollMs }: FollowersOptions): Promise<Followers> {
  const byName = new Map<string, Set<Waiter>>();
  let count = 0;
  const subscription: Subscription = await bus.subscribe(notice, async (batch) => {
    if (count === 0) return;
    for (const { entityType, entityId } of batch.flatMap(({ body }) => body.changes)) {
      byName.get(`${newsOf[entityType]}:${entityId}`)?.forEach((waiter) => waiter.wake());
    }
  });
  return {
    follow: (id, entity = 'execution') => {
      if (count >= max)
        throw new RateLimitedError(`this server follows ${max} logs already; try again later`);
      const name = `${entity}:${id}`;
      count += 1;
      const waiter = new Waiter();
      const waiters = byName.get(name) ?? new Set();
      byName.set(name, waiters.add(waiter));
      return {
        changed: (signal) => waiter.wait(pollMs, signal),
        close: () => {
          if (!waiters.delete(waiter)) return;
          count -= 1;
          if (waiters.size === 0 && byName.get(name) === waiters) byName.delete(name);
        },
      };
    },
    close: () => subscription.close(),
  };
}

class Waiter {
  #isPending = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#isPending = true;
    this.#resolve?.();
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
