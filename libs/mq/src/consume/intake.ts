export interface IntakeOptions {
  batchSize: number;
  concurrency: number;
  maxWaitMs: number;
}

export interface Intake<D> {
  push(delivery: D): void;
  /** Takes back what no batch has begun. */
  drain(): D[];
  /** Begins no further batch until started again. */
  stop(): void;
  start(): void;
  /** Resolves when no batch runs. */
  idle(): Promise<void>;
  /** Deliveries waiting for a batch. */
  waiting(): number;
}

/**
 * Gathers deliveries into batches. What arrives in one turn of the event loop goes together, at once; while all
 * `concurrency` batches run, arrivals gather for the next one. So batches grow with load and an idle consumer
 * adds no delay. Only when the last batch had company is a small one held back, for `maxWaitMs`.
 * `run` must not reject.
 */
export function createIntake<D>(options: IntakeOptions, run: (batch: D[]) => Promise<void>): Intake<D> {
  const { batchSize, concurrency, maxWaitMs } = options;
  const waiting: D[] = [];
  const running = new Set<Promise<void>>();
  let stopped = false;
  let scheduled = false;
  let lastSize = 0;

  const push = (delivery: D): void => {
    waiting.push(delivery);
    if (running.size < concurrency) schedule();
  };

  const schedule = (): void => {
    if (scheduled || stopped || waiting.length === 0) return;
    scheduled = true;
    const linger = maxWaitMs > 0 && lastSize > 1 && waiting.length < batchSize;
    if (linger) setTimeout(begin, maxWaitMs);
    else setImmediate(begin);
  };

  const begin = (): void => {
    scheduled = false;
    if (stopped) return;
    while (waiting.length > 0 && running.size < concurrency) {
      const batch = waiting.splice(0, batchSize);
      lastSize = batch.length;
      const done: Promise<void> = run(batch).finally(() => {
        running.delete(done);
        schedule();
      });
      running.add(done);
    }
  };

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };

  return {
    push,
    idle,
    drain: () => waiting.splice(0),
    waiting: () => waiting.length,
    stop: () => {
      stopped = true;
    },
    start: () => {
      stopped = false;
      schedule();
    },
  };
}
