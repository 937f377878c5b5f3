import type { WorkerRole, WorkerStatus, WorkerType } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, Stamp } from './column.js';

/** A process that runs actions or sensors. One row per name; each start is a new incarnation. */
export interface WorkerTable {
  id: Id;
  name: string;
  worker_type: Defaulted<WorkerType>;
  worker_role: Defaulted<WorkerRole>;
  status: Defaulted<WorkerStatus>;
  runtime: Nullable<number>;
  host: Nullable<string>;
  port: Nullable<number>;
  slots: Defaulted<number>;
  capabilities: Json<Record<string, unknown>>;
  meta: Json<Record<string, unknown>>;
  /** Grows with every registration; what an older incarnation held is lost. */
  incarnation: Defaulted<number>;
  /** The incarnation whose executions were taken from it; it can neither claim nor renew any more. */
  recovered_incarnation: Defaulted<number>;
  /** By database time. NULL = released. */
  lease_expires_at: Nullable<Date>;
  last_heartbeat: Nullable<Date>;
  registered_at: Stamp;
  cordoned: Defaulted<boolean>;
  cordon_reason: Nullable<string>;
  cordoned_by: Nullable<number>;
  cordoned_at: Nullable<Date>;
  created: Stamp;
  updated: Stamp;
}

export type WorkerRow = Selectable<WorkerTable>;
