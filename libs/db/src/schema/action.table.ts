import type {
  ArtifactRetention,
  Isolation,
  OutputFormat,
  ParameterDelivery,
  ParameterFormat,
  Retry,
} from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, NullableJson, Stamp } from './column.js';

/** Something that can be run: a program in a runtime, or a workflow. */
export interface ActionTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  label: string;
  description: Nullable<string>;
  enabled: Defaulted<boolean>;
  is_adhoc: Defaulted<boolean>;
  /** A file of the pack, or the script itself for inline runtimes. */
  entrypoint: string;
  /** NULL for workflows. */
  runtime: Nullable<number>;
  runtime_ref: Nullable<string>;
  runtime_version_constraint: Nullable<string>;
  required_worker_runtimes: Json<Record<string, string>>;
  worker_selector: Json<Record<string, unknown>>;
  worker_tolerations: Json<unknown[]>;
  worker_affinity: Json<Record<string, unknown>>;
  param_schema: NullableJson<Record<string, unknown>>;
  out_schema: NullableJson<Record<string, unknown>>;
  parameter_delivery: Defaulted<ParameterDelivery>;
  parameter_format: Defaulted<ParameterFormat>;
  output_format: Defaulted<OutputFormat>;
  isolation: Nullable<Isolation>;
  timeout_seconds: Nullable<number>;
  start_timeout_seconds: Nullable<number>;
  total_timeout_seconds: Nullable<number>;
  retry: NullableJson<Retry>;
  priority: Defaulted<number>;
  idempotent: Defaulted<boolean>;
  dry_run: Defaulted<boolean>;
  accesses_mcp: Defaulted<boolean>;
  /** Names of the keys a run may read. */
  secrets: Defaulted<string[]>;
  tags: Defaulted<string[]>;
  default_execution_permission_set_refs: Defaulted<string[]>;
  log_retention_policy: Nullable<ArtifactRetention>;
  log_retention_limit: Nullable<number>;
  artifact_retention_policy: Nullable<ArtifactRetention>;
  artifact_retention_limit: Nullable<number>;
  /** The graph; not NULL = is a workflow. */
  workflow: NullableJson<Record<string, unknown>>;
  created: Stamp;
  updated: Stamp;
}

export type ActionRow = Selectable<ActionTable>;
