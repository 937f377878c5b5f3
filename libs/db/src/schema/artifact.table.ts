import type { ArtifactRetention, ArtifactType, ArtifactVisibility, OwnerType } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** An output with versions and retention. `ref` is not unique. */
export interface ArtifactTable {
  id: Id;
  ref: string;
  scope: Defaulted<OwnerType>;
  owner: Defaulted<string>;
  type: ArtifactType;
  visibility: Defaulted<ArtifactVisibility>;
  name: Nullable<string>;
  description: Nullable<string>;
  content_type: Nullable<string>;
  /** Of the latest version. */
  size_bytes: Nullable<number>;
  data: NullableJson;
  retention_policy: Defaulted<ArtifactRetention>;
  /** 0 and less: keep everything. */
  retention_limit: Defaulted<number>;
  /** The number of the latest version. */
  last_version: Defaulted<number>;
  created: Stamp;
  updated: Stamp;
}

export type ArtifactRow = Selectable<ArtifactTable>;
