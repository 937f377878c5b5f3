import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, Stamp } from './column.js';

export interface PackDependency {
  pack: string;
  /** Semver range; absent = any. */
  version?: string;
}

/** A versioned bundle of components, its configuration and where it was installed from. */
export interface PackTable {
  id: Id;
  ref: string;
  label: string;
  description: Nullable<string>;
  version: string;
  author: Nullable<string>;
  email: Nullable<string>;
  attune_version: Nullable<string>;
  conf_schema: Json<Record<string, unknown>>;
  config: Json<Record<string, unknown>>;
  meta: Json<Record<string, unknown>>;
  tags: Defaulted<string[]>;
  runtime_deps: Defaulted<string[]>;
  dependencies: Json<PackDependency[]>;
  is_standard: Defaulted<boolean>;
  source_type: Nullable<string>;
  source_url: Nullable<string>;
  source_ref: Nullable<string>;
  checksum: Nullable<string>;
  checksum_verified: Defaulted<boolean>;
  /** Names the directory of the installed files and the environments built for them. */
  content_hash: Nullable<string>;
  storage_path: Nullable<string>;
  installation_method: Nullable<string>;
  installed_at: Nullable<Date>;
  installed_by: Nullable<number>;
  created: Stamp;
  updated: Stamp;
}

export type PackRow = Selectable<PackTable>;
