import type { Selectable } from 'kysely';
import type { Id, Nullable, NullableJson, Stamp } from './column.js';

/** One content of an artifact: JSON in the row, or bytes behind the storage interface. */
export interface ArtifactVersionTable {
  id: Id;
  artifact: number;
  version: number;
  execution: Nullable<number>;
  content_type: Nullable<string>;
  size_bytes: Nullable<number>;
  /** SHA-256 of the bytes, hexadecimal. */
  checksum: Nullable<string>;
  /** The content when `storage_key` is null: any JSON value, null included. */
  content_json: NullableJson;
  /** Key of the bytes in the artifact storage. */
  storage_key: Nullable<string>;
  meta: NullableJson<Record<string, unknown>>;
  created_by: Nullable<string>;
  created: Stamp;
}

export type ArtifactVersionRow = Selectable<ArtifactVersionTable>;
