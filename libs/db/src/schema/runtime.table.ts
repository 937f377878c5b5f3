import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, NullableJson, Stamp } from './column.js';

/** How code of a kind is run: interpreter, environment, dependencies. */
export interface RuntimeTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  name: string;
  aliases: Defaulted<string[]>;
  description: Nullable<string>;
  distributions: Json<Record<string, unknown>>;
  installation: NullableJson;
  installers: Json<unknown[]>;
  /** Empty = native: the entry point itself is run. */
  execution_config: Json<Record<string, unknown>>;
  auto_detected: Defaulted<boolean>;
  detection_config: Json<Record<string, unknown>>;
  created: Stamp;
  updated: Stamp;
}

export type RuntimeRow = Selectable<RuntimeTable>;
