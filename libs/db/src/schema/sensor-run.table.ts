import type { SensorRunStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** The one run of a sensor partition, and the lease of the sensor service that owns it. */
export interface SensorRunTable {
  id: Id;
  sensor: number;
  sensor_ref: string;
  partition: Defaulted<number>;
  status: Defaulted<SensorRunStatus>;
  worker: Nullable<number>;
  incarnation: Nullable<number>;
  lease_expires_at: Nullable<Date>;
  pid: Nullable<number>;
  consecutive_failures: Defaulted<number>;
  restart_count: Defaulted<number>;
  last_exit_code: Nullable<number>;
  last_signal: Nullable<string>;
  last_error: Nullable<string>;
  stderr_excerpt: Nullable<string>;
  last_started_at: Nullable<Date>;
  last_stopped_at: Nullable<Date>;
  next_restart_at: Nullable<Date>;
  /** What the sensor asked to remember; handed to it at its next start. */
  checkpoint: NullableJson;
  created: Stamp;
  updated: Stamp;
}

export type SensorRunRow = Selectable<SensorRunTable>;
