import type { PackEnvironmentStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, Stamp } from './column.js';

/** Dependencies of one pack content for one runtime on one machine, with the lease of who builds them. */
export interface PackEnvironmentTable {
  id: Id;
  pack: number;
  pack_ref: string;
  content_hash: string;
  runtime: number;
  runtime_ref: string;
  runtime_version: Defaulted<string>;
  host: string;
  path: string;
  status: Defaulted<PackEnvironmentStatus>;
  manifest_checksum: Nullable<string>;
  claimed_by_worker: Nullable<number>;
  claim_expires_at: Nullable<Date>;
  failures: Defaulted<number>;
  installed_at: Nullable<Date>;
  last_verified_at: Nullable<Date>;
  install_log: Nullable<string>;
  install_error: Nullable<string>;
  created: Stamp;
  updated: Stamp;
}

export type PackEnvironmentRow = Selectable<PackEnvironmentTable>;
