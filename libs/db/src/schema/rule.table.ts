import type { Debounce, Dedupe, Retry, Throttle } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, NullableJson, Stamp } from './column.js';

/** Trigger + conditions + action + parameter templates. */
export interface RuleTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  label: string;
  description: Nullable<string>;
  enabled: Defaulted<boolean>;
  is_adhoc: Defaulted<boolean>;
  /** NULL after the trigger was deleted; a trigger installed again under the same ref is linked again. */
  trigger: Nullable<number>;
  trigger_ref: string;
  trigger_params: Json<Record<string, unknown>>;
  conditions: Json;
  action: Nullable<number>;
  action_ref: string;
  action_params: Json<Record<string, unknown>>;
  /** NULL = the action's default, empty = no token. */
  permission_set_refs: Nullable<string[]>;
  owner_identity: Nullable<number>;
  retry: NullableJson<Retry>;
  timeout_seconds: Nullable<number>;
  start_timeout_seconds: Nullable<number>;
  total_timeout_seconds: Nullable<number>;
  dedupe: NullableJson<Dedupe>;
  throttle: NullableJson<Throttle>;
  debounce: NullableJson<Debounce>;
  priority: Nullable<number>;
  error_count: Defaulted<number>;
  last_error: Nullable<string>;
  last_error_at: Nullable<Date>;
  created: Stamp;
  updated: Stamp;
}

export type RuleRow = Selectable<RuleTable>;
