import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, Stamp } from './column.js';

/** A user or service account. */
export interface IdentityTable {
  id: Id;
  login: string;
  display_name: Nullable<string>;
  /** argon2id; NULL for service and external accounts. Never selected by lists. */
  password_hash: Nullable<string>;
  attributes: Json<Record<string, unknown>>;
  frozen: Defaulted<boolean>;
  created: Stamp;
  updated: Stamp;
}

export type IdentityRow = Selectable<IdentityTable>;
