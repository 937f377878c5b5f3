import type { ArtifactRetention } from '@attune/domain';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { SensorRow } from '../schema/index.js';

export interface NewSensor {
  ref: string;
  label: string;
  description?: string | null | undefined;
  entrypoint: string;
  runtime_ref: string;
  runtime_version_constraint?: string | null | undefined;
  enabled?: boolean | undefined;
  is_adhoc?: boolean | undefined;
  partitions?: number | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  config?: Record<string, unknown> | null | undefined;
  worker_selector?: Record<string, unknown> | undefined;
  worker_tolerations?: readonly unknown[] | undefined;
  worker_affinity?: Record<string, unknown> | undefined;
  log_retention_policy?: ArtifactRetention | null | undefined;
  log_retention_limit?: number | null | undefined;
  artifact_retention_policy?: ArtifactRetention | null | undefined;
  artifact_retention_limit?: number | null | undefined;
}

/** undefined keeps, null clears. */
export type SensorPatch = { [Column in Exclude<keyof NewSensor, 'ref'>]?: NewSensor[Column] | undefined };

export interface SensorFilter {
  pack_ref?: string | undefined;
  enabled?: boolean | undefined;
}

export declare function insertSensor(db: Db, values: NewSensor, by?: Authorship): Promise<SensorRow>;
export declare function findSensor(db: Db, id: number): Promise<SensorRow | undefined>;
export declare function findSensorByRef(db: Db, ref: string): Promise<SensorRow | undefined>;
export declare function getSensor(db: Db, id: number): Promise<SensorRow>;
export declare function getSensorByRef(db: Db, ref: string): Promise<SensorRow>;
/** By ref. */
export declare function listSensors(
  db: Db,
  filter: SensorFilter,
  page: PageRequest,
): Promise<Page<SensorRow>>;
export declare function updateSensor(
  db: Db,
  id: number,
  patch: SensorPatch,
  by?: Authorship,
): Promise<SensorRow>;
export declare function deleteSensor(db: Db, id: number): Promise<boolean>;
