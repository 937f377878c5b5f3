import type { ArtifactRetention, ExecutionStatus, Retry, WaitReason } from '@attune/domain';
import type { ColumnType, Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** One run of an action, through all its attempts; a node in a tree. */
export interface ExecutionTable {
  id: Id;
  created: Stamp;
  updated: Stamp;
  status: Defaulted<ExecutionStatus>;
  /** The status, when it is final and not `completed`. Derived by the database, for an index of few rows. */
  failure: ColumnType<ExecutionStatus | null, never, never>;
  attempt: Defaulted<number>;
  action: number;
  action_ref: string;
  /** definition_version of the action as it was when this was requested: what is run. */
  action_version: number;
  config: NullableJson<Record<string, unknown>>;
  env_vars: NullableJson<Record<string, string>>;
  /** On whose behalf. */
  executor: Nullable<number>;
  permission_set_refs: Defaulted<string[]>;
  enforcement: Nullable<number>;
  cause_event: Nullable<number>;
  parent: Nullable<number>;
  /** Top of the tree; its own id at the top. */
  root: number;
  depth: Defaulted<number>;
  original_execution: Nullable<number>;
  idempotency_key: Nullable<string>;
  priority: Defaulted<number>;
  /** NULL = the action's. */
  timeout_seconds: Nullable<number>;
  retry: NullableJson<Retry>;
  worker_selector: NullableJson<Record<string, unknown>>;
  worker_tolerations: NullableJson<unknown[]>;
  worker_affinity: NullableJson<Record<string, unknown>>;
  artifact_retention_policy: Nullable<ArtifactRetention>;
  artifact_retention_limit: Nullable<number>;
  workflow_task_name: Nullable<string>;
  workflow_task_index: Nullable<number>;
  workflow_task_iteration: Nullable<number>;
  not_before: Nullable<Date>;
  /** It ends as `timeout` when it has not started until then. NULL = no limit, or it has started. */
  start_deadline: Nullable<Date>;
  /** It ends as `timeout` then, whatever its attempts; none begins later. */
  deadline: Nullable<Date>;
  waiting_for: Nullable<WaitReason>;
  waiting_detail: Nullable<string>;
  waiting_since: Nullable<Date>;
  dispatch_queue: Nullable<string>;
  /** The dispatch queue that no worker serves: it is requested again when one comes. */
  waiting_queue: Nullable<string>;
  worker: Nullable<number>;
  incarnation: Nullable<number>;
  scheduled_at: Nullable<Date>;
  started_at: Nullable<Date>;
  finished_at: Nullable<Date>;
  settled_at: Nullable<Date>;
  result: NullableJson;
  error: Nullable<string>;
  /**
   * When its next step was last announced, moved ahead by the sweeps so that a backlog is announced ever
   * more rarely. NULL = nothing is left to announce (settled).
   */
  announced_at: Nullable<Date>;
  /** Announcements by sweeps in the present state. */
  announcements: Defaulted<number>;
}

export type ExecutionRow = Selectable<ExecutionTable>;
