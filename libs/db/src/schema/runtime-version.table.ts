import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, Stamp } from './column.js';

/** A concrete version of a runtime with a complete execution configuration of its own. */
export interface RuntimeVersionTable {
  id: Id;
  runtime: number;
  runtime_ref: string;
  version: string;
  version_major: Nullable<number>;
  version_minor: Nullable<number>;
  version_patch: Nullable<number>;
  execution_config: Json<Record<string, unknown>>;
  distributions: Json<Record<string, unknown>>;
  is_default: Defaulted<boolean>;
  available: Defaulted<boolean>;
  verified_at: Nullable<Date>;
  meta: Json<Record<string, unknown>>;
  created: Stamp;
  updated: Stamp;
}

export type RuntimeVersionRow = Selectable<RuntimeVersionTable>;
