import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { TriggerRow, WebhookDeliveryRow } from '../schema/index.js';

export interface NewWebhookDelivery {
  trigger: number;
  event?: number | null | undefined;
  status_code: number;
  verified?: boolean | null | undefined;
  duplicate?: boolean | undefined;
  rate_limited?: boolean | undefined;
  source_ip?: string | null | undefined;
  user_agent?: string | null | undefined;
  headers?: Record<string, unknown> | null | undefined;
  payload_size_bytes?: number | null | undefined;
  processing_time_ms?: number | null | undefined;
  error?: string | null | undefined;
}

/** The trigger whose webhook is on and has this key, or had it until less than its overlap period ago. */
export declare function findTriggerByWebhookKey(db: Db, key: string): Promise<TriggerRow | undefined>;
/** Sets a new key; the present one stays valid for `overlapSeconds`. `sealed` = the key under the master key. */
export declare function setWebhookKey(
  db: Db,
  triggerId: number,
  webhook: { key: string; sealed?: Record<string, unknown> | null; overlapSeconds?: number },
): Promise<TriggerRow>;
export declare function insertWebhookDelivery(
  db: Db,
  delivery: NewWebhookDelivery,
): Promise<WebhookDeliveryRow>;
/** Newest first. */
export declare function listWebhookDeliveries(
  db: Db,
  triggerId: number,
  page: PageRequest,
): Promise<Page<WebhookDeliveryRow>>;
/** Requests of the last seconds that were not refused for their rate. */
export declare function countRecentDeliveries(
  db: Db,
  window: { trigger: number; seconds: number; source_ip?: string | undefined },
): Promise<number>;
