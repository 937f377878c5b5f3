import type { ServiceName } from '@attune/domain';
import type { Stamp } from './column.js';

/** A process of a daemon, from its start to its end; what it writes is that it is there. */
export interface ProcessTable {
  name: string;
  service: ServiceName;
  version: string;
  /** Number of the last migration it was built for. */
  schema_version: number;
  started_at: Stamp;
  last_heartbeat: Stamp;
}
