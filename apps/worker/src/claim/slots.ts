/** A fixed number of places for runs. Those who wait are served in order. */
export interface Slots {
  readonly total: number;
  readonly free: number;
  /** Takes up to `most` free slots as soon as there is one; 0 when there is none within `patienceMs`. */
  acquire(most: number, patienceMs: number): Promise<number>;
  release(count: number): void;
  /** Nobody waits any more, now or later. */
  close(): void;
}

export function createSlots(total: number): Slots {
  const waiting: Waiter[] = [];
  let free = total;
  let closed = false;

  const take = (most: number): number => {
    const taken = Math.min(most, free);
    free -= taken;
    return taken;
  };

  const wait = (most: number, patienceMs: number): Promise<number> =>
    new Promise((resolve) => {
      const waiter: Waiter = {
        most,
        serve: (taken) => {
          clearTimeout(timer);
          resolve(taken);
        },
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(waiter), 1);
        resolve(0);
      };
      const timer = Number.isFinite(patienceMs) ? setTimeout(giveUp, patienceMs) : undefined;
      waiting.push(waiter);
    });

  const nextToServe = (): Waiter | undefined => (free > 0 ? waiting.shift() : undefined);

  return {
    total,
    get free() {
      return free;
    },
    acquire: async (most, patienceMs) => {
      if (free > 0 && waiting.length === 0) return take(most);
      return closed || patienceMs <= 0 ? 0 : wait(most, patienceMs);
    },
    release: (count) => {
      free += count;
      for (let waiter = nextToServe(); waiter !== undefined; waiter = nextToServe())
        waiter.serve(take(waiter.most));
    },
    close: () => {
      closed = true;
      for (const waiter of waiting.splice(0)) waiter.serve(0);
    },
  };
}

interface Waiter {
  readonly most: number;
  serve(taken: number): void;
}
