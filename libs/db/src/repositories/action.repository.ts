import type {
  ArtifactRetention,
  Isolation,
  OutputFormat,
  ParameterDelivery,
  ParameterFormat,
  Retry,
} from '@attune/domain';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { ActionRow } from '../schema/index.js';

export interface NewAction {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  is_adhoc?: boolean | undefined;
  entrypoint: string;
  runtime_ref?: string | null | undefined;
  runtime_version_constraint?: string | null | undefined;
  required_worker_runtimes?: Record<string, string> | undefined;
  worker_selector?: Record<string, unknown> | undefined;
  worker_tolerations?: readonly unknown[] | undefined;
  worker_affinity?: Record<string, unknown> | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  out_schema?: Record<string, unknown> | null | undefined;
  parameter_delivery?: ParameterDelivery | undefined;
  parameter_format?: ParameterFormat | undefined;
  output_format?: OutputFormat | undefined;
  isolation?: Isolation | null | undefined;
  timeout_seconds?: number | null | undefined;
  retry?: Retry | null | undefined;
  concurrency?: unknown;
  priority?: number | undefined;
  idempotent?: boolean | undefined;
  dry_run?: boolean | undefined;
  accesses_mcp?: boolean | undefined;
  secrets?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  default_execution_permission_set_refs?: readonly string[] | undefined;
  log_retention_policy?: ArtifactRetention | null | undefined;
  log_retention_limit?: number | null | undefined;
  artifact_retention_policy?: ArtifactRetention | null | undefined;
  artifact_retention_limit?: number | null | undefined;
  workflow?: Record<string, unknown> | null | undefined;
}

/** undefined keeps, null clears. */
export type ActionPatch = { [Column in Exclude<keyof NewAction, 'ref'>]?: NewAction[Column] | undefined };

export interface ActionFilter {
  pack_ref?: string | undefined;
  runtime_ref?: string | undefined;
  search?: string | undefined;
  is_workflow?: boolean | undefined;
}

export declare function insertAction(db: Db, values: NewAction, by?: Authorship): Promise<ActionRow>;
export declare function findAction(db: Db, id: number): Promise<ActionRow | undefined>;
export declare function findActionByRef(db: Db, ref: string): Promise<ActionRow | undefined>;
export declare function getAction(db: Db, id: number): Promise<ActionRow>;
export declare function getActionByRef(db: Db, ref: string): Promise<ActionRow>;
/** By ref. */
export declare function listActions(
  db: Db,
  filter: ActionFilter,
  page: PageRequest,
): Promise<Page<ActionRow>>;
export declare function updateAction(
  db: Db,
  id: number,
  patch: ActionPatch,
  by?: Authorship,
): Promise<ActionRow>;
export declare function deleteAction(db: Db, id: number): Promise<boolean>;
