import { insertWebhookDelivery } from '@attune/db';
import type { ApiContext } from '../context.js';
import type { Arrival } from './arrival.js';
import { deliveryConfig } from './delivery-config.js';
import type { TokenBuckets } from './token-bucket.js';

/** Rows that refusals of one kind may write for a webhook, in this process. */
const refusalRate = { requests: 60, window_seconds: 60 };

export interface Outcome {
  /** Of the answer. */
  status: number;
  /** Null when the sender was not asked to prove itself. */
  verified: boolean | null;
  reason?: string;
  bytes?: number;
}

export interface DeliveryLog {
  /**
   * Writes down what became no event: refusals with their reason, and handshakes. A flood of refusals writes a row
   * per second, which counts those it stands for.
   */
  write(arrival: Arrival, outcome: Outcome): Promise<void>;
}

/** Columns of the log that say how a delivery came; never the key. */
export function arrivalColumns(arrival: Arrival, bytes: number) {
  return {
    method: arrival.method,
    source_ip: arrival.address,
    user_agent: arrival.headers['user-agent']?.slice(0, 512) ?? null,
    headers: deliveryConfig(arrival).headers,
    payload_size_bytes: bytes,
    processing_time_ms: Math.round(performance.now() - arrival.startedAt),
  };
}

export function openDeliveryLog(
  { db, log }: Pick<ApiContext, 'db' | 'log'>,
  buckets: TokenBuckets,
): DeliveryLog {
  const omitted = new Map<string, number>();
  return {
    write: async (arrival, { status, verified, reason, bytes = 0 }) => {
      const { trigger } = arrival.webhook;
      const kind = `log:${trigger.id}:${status}`;
      if (status >= 400 && buckets.take(kind, refusalRate) > 0) {
        omitted.set(kind, (omitted.get(kind) ?? 0) + 1);
        return;
      }
      const before = omitted.get(kind) ?? 0;
      omitted.delete(kind);
      await insertWebhookDelivery(db, {
        ...arrivalColumns(arrival, bytes),
        trigger: trigger.id,
        status_code: status,
        verified,
        rate_limited: status === 429,
        error: reason ?? null,
        omitted: before,
      }).catch((error: unknown) => {
        log.warn(
          { event: 'webhook.log_failed', err: error, trigger: trigger.ref },
          'a delivery was not logged',
        );
      });
    },
  };
}
