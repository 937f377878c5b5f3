import type { Grant } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Id, Nullable, NullableJson, Stamp } from './column.js';

/** An opaque, revocable credential of an identity. */
export interface ApiTokenTable {
  id: Id;
  identity: number;
  label: string;
  description: Nullable<string>;
  /** sha256, hex. */
  token_hash: string;
  token_prefix: string;
  token_suffix: string;
  /** NULL = all that the identity may. */
  scope: NullableJson<Grant[]>;
  created_by: Nullable<number>;
  expires_at: Nullable<Date>;
  last_used_at: Nullable<Date>;
  last_used_ip: Nullable<string>;
  revoked_at: Nullable<Date>;
  revoked_by: Nullable<number>;
  revocation_reason: Nullable<string>;
  created: Stamp;
  updated: Stamp;
}

export type ApiTokenRow = Selectable<ApiTokenTable>;
