/** Collects items and handles them together: what arrives while one batch is handled forms the next. */
export interface Batcher<T> {
  add(item: T): void;
  /** Resolves when everything added, also until then, has been handled. */
  idle(): Promise<void>;
}

export interface BatchLimits<T> {
  readonly items: number;
  readonly bytes: number;
  readonly bytesOf: (item: T) => number;
}

/** One batch at a time, at once when idle, so that batches grow with load and cost no latency without it. */
export function createBatcher<T>(
  limits: BatchLimits<T>,
  handle: (batch: readonly T[]) => Promise<void>,
): Batcher<T> {
  const waiting: T[] = [];
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    await Promise.resolve();
    while (waiting.length > 0) await handle(waiting.splice(0, batchLength(waiting, limits)));
    running = undefined;
  };

  return {
    add: (item) => {
      waiting.push(item);
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}

function batchLength<T>(waiting: readonly T[], { items, bytes, bytesOf }: BatchLimits<T>): number {
  let total = 0;
  const first = waiting.findIndex((item, index) => {
    total += bytesOf(item);
    return index > 0 && (index === items || total > bytes);
  });
  return first === -1 ? waiting.length : first;
}
