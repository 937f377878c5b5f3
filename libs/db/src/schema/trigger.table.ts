import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, NullableJson, Stamp } from './column.js';

/** A kind of event: schema of its payload, schema of the parameters of one use, webhook settings. */
export interface TriggerTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  label: string;
  description: Nullable<string>;
  enabled: Defaulted<boolean>;
  is_adhoc: Defaulted<boolean>;
  param_schema: NullableJson<Record<string, unknown>>;
  out_schema: NullableJson<Record<string, unknown>>;
  /** The sensor that emits it. */
  sensor: Nullable<number>;
  sensor_ref: Nullable<string>;
  webhook_enabled: Defaulted<boolean>;
  /** sha256 of the key, hex: the key itself is a credential and is not stored in clear. */
  webhook_key_hash: Nullable<string>;
  /** The key, encrypted by the api's master key, for those who may see it again. */
  webhook_key_sealed: NullableJson<Record<string, unknown>>;
  /** What its deliveries are verified by, encrypted by the api's master key. */
  webhook_secret_sealed: NullableJson<Record<string, unknown>>;
  webhook_previous_key_hash: Nullable<string>;
  webhook_previous_key_expires_at: Nullable<Date>;
  /** The secret before, accepted until it expires. */
  webhook_previous_secret_sealed: NullableJson<Record<string, unknown>>;
  webhook_previous_secret_expires_at: Nullable<Date>;
  webhook_config: Json<Record<string, unknown>>;
  created: Stamp;
  updated: Stamp;
}

export type TriggerRow = Selectable<TriggerTable>;
