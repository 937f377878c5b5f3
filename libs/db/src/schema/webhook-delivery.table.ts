import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** One request to a webhook, accepted or not. */
export interface WebhookDeliveryTable {
  id: Id;
  created: Stamp;
  trigger: number;
  trigger_ref: string;
  event: Nullable<number>;
  method: Nullable<string>;
  status_code: number;
  verified: Nullable<boolean>;
  duplicate: Defaulted<boolean>;
  rate_limited: Defaulted<boolean>;
  source_ip: Nullable<string>;
  user_agent: Nullable<string>;
  headers: NullableJson<Record<string, unknown>>;
  payload_size_bytes: Nullable<number>;
  processing_time_ms: Nullable<number>;
  error: Nullable<string>;
  /** Refusals of the same kind before it that have no row of their own. */
  omitted: Defaulted<number>;
}

export type WebhookDeliveryRow = Selectable<WebhookDeliveryTable>;
