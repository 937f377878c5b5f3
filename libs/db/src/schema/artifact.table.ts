import type { ArtifactRetention, ArtifactType, ArtifactVisibility, OwnerType } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** An output with versions and retention. `ref` is not unique. */
export interface ArtifactTable {
  id: Id;
  ref: string;
  /** Which kind of owner. */
  scope: Defaulted<OwnerType>;
  /** The owner's ref (an identity's login); '' = none. */
  owner: Defaulted<string>;
  type: ArtifactType;
  visibility: Defaulted<ArtifactVisibility>;
  name: Nullable<string>;
  description: Nullable<string>;
  content_type: Nullable<string>;
  /** Of the newest version that exists; null = there is none. */
  size_bytes: Nullable<number>;
  data: NullableJson;
  retention_policy: Defaulted<ArtifactRetention>;
  /** 0 and less: keep everything. */
  retention_limit: Defaulted<number>;
  /** The highest number that was given to a version; the next gets the next. */
  last_version: Defaulted<number>;
  /** When retention has to look at it next; null = it has nothing to remove. */
  retention_due_at: Nullable<Date>;
  created: Stamp;
  updated: Stamp;
}

export type ArtifactRow = Selectable<ArtifactTable>;
