export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/** Delay before try `count + 1`: doubling from `baseMs` up to `maxMs`, spread by ±25 % so that peers separate. */
export function backoffMs(count: number, { baseMs, maxMs }: Backoff): number {
  const plain = Math.min(maxMs, baseMs * 2 ** Math.min(count - 1, 30));
  return Math.round(plain * (0.75 + Math.random() * 0.5));
}
