import type { Selectable } from 'kysely';
import type { Defaulted, Json, Nullable, Stamp } from './column.js';

/** Engine state of one workflow execution; the graph is that of `action_version`. */
export interface WorkflowRunTable {
  execution: number;
  action_version: number;
  state: Json<Record<string, unknown>>;
  variables: Json<Record<string, unknown>>;
  paused: Defaulted<boolean>;
  pause_reason: Nullable<string>;
  error: Nullable<string>;
  created: Stamp;
  updated: Stamp;
}

export type WorkflowRunRow = Selectable<WorkflowRunTable>;
