import type { ArtifactRetention } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, NullableJson, Stamp } from './column.js';

/** A long-running observer program that emits events of its triggers. */
export interface SensorTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  label: string;
  description: Nullable<string>;
  entrypoint: string;
  runtime: number;
  runtime_ref: string;
  runtime_version_constraint: Nullable<string>;
  enabled: Defaulted<boolean>;
  is_adhoc: Defaulted<boolean>;
  partitions: Defaulted<number>;
  param_schema: NullableJson<Record<string, unknown>>;
  config: NullableJson<Record<string, unknown>>;
  worker_selector: Json<Record<string, unknown>>;
  worker_tolerations: Json<unknown[]>;
  worker_affinity: Json<Record<string, unknown>>;
  log_retention_policy: Nullable<ArtifactRetention>;
  log_retention_limit: Nullable<number>;
  artifact_retention_policy: Nullable<ArtifactRetention>;
  artifact_retention_limit: Nullable<number>;
  created: Stamp;
  updated: Stamp;
}

export type SensorRow = Selectable<SensorTable>;
