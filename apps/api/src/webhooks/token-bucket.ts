import type { WebhookRate } from '@attune/domain';
import type { Clock } from '@attune/service';

const mostBuckets = 20_000;

/** Rates of many things by name. Of this process alone: n processes let through n times as much. */
export interface TokenBuckets {
  /** 0 when there was a token, which is taken; else the seconds until there is one. */
  take(name: string, rate: WebhookRate): number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A bucket holds the requests of one window, and fills evenly. What was used least recently is forgotten: it is full. */
export function createTokenBuckets(clock: Clock): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  return {
    take: (name, { requests, window_seconds }) => {
      const now = clock.now().getTime();
      const perMs = requests / (window_seconds * 1000);
      const known = buckets.get(name) ?? { tokens: requests, filledAt: now };
      const tokens = Math.min(requests, known.tokens + Math.max(0, now - known.filledAt) * perMs);
      buckets.delete(name);
      buckets.set(name, { tokens: tokens < 1 ? tokens : tokens - 1, filledAt: now });
      if (buckets.size > mostBuckets) forgetOldest(buckets);
      return tokens < 1 ? Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)) : 0;
    },
  };
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const oldest = buckets.keys().next();
  if (!oldest.done) buckets.delete(oldest.value);
}
