export type Read<Key, T> = (key: Key) => Promise<T>;

interface Reading<T> {
  readonly running: Promise<T>;
  next?: Promise<T>;
}

/**
 * One read serves everybody who asked before it began; whoever asks while it runs gets the next one. So no
 * answer is older than its question, and any number of askers cost at most one read at a time.
 */
export function shareReads<Key extends object, T>(read: Read<Key, T>): Read<Key, T> {
  const readings = new WeakMap<Key, Reading<T>>();
  const start = (key: Key): Promise<T> => {
    const running = read(key).finally(() => readings.delete(key));
    readings.set(key, { running });
    return running;
  };
  return (key) => {
    const reading = readings.get(key);
    if (reading === undefined) return start(key);
    reading.next ??= reading.running.then(
      () => start(key),
      () => start(key),
    );
    return reading.next;
  };
}
