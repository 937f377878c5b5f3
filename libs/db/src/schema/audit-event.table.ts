import type { AuditCategory, AuditOutcome } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Id, Nullable, NullableJson, Stamp } from './column.js';

/** Who did what, when, from where; written in the transaction of the change. No references: it outlives all. */
export interface AuditEventTable {
  id: Id;
  created: Stamp;
  category: AuditCategory;
  event_type: string;
  outcome: AuditOutcome;
  actor_identity: Nullable<number>;
  actor_login: Nullable<string>;
  actor_token_type: Nullable<string>;
  actor_ip: Nullable<string>;
  actor_user_agent: Nullable<string>;
  request_id: Nullable<string>;
  resource_type: Nullable<string>;
  resource_id: Nullable<number>;
  resource_ref: Nullable<string>;
  http_method: Nullable<string>;
  http_path: Nullable<string>;
  http_status: Nullable<number>;
  duration_ms: Nullable<number>;
  details: NullableJson<Record<string, unknown>>;
}

export type AuditEventRow = Selectable<AuditEventTable>;
