import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { PackDependency, PackRow } from '../schema/index.js';

export interface NewPack {
  ref: string;
  label: string;
  description?: string | null | undefined;
  version: string;
  author?: string | null | undefined;
  email?: string | null | undefined;
  attune_version?: string | null | undefined;
  conf_schema?: Record<string, unknown> | undefined;
  config?: Record<string, unknown> | undefined;
  meta?: Record<string, unknown> | undefined;
  tags?: readonly string[] | undefined;
  runtime_deps?: readonly string[] | undefined;
  dependencies?: readonly PackDependency[] | undefined;
  is_standard?: boolean | undefined;
  source_type?: string | null | undefined;
  source_url?: string | null | undefined;
  source_ref?: string | null | undefined;
  checksum?: string | null | undefined;
  checksum_verified?: boolean | undefined;
  content_hash?: string | null | undefined;
  storage_path?: string | null | undefined;
  installation_method?: string | null | undefined;
  installed_at?: Date | null | undefined;
  installed_by?: number | null | undefined;
}

/** undefined keeps, null clears. */
export type PackPatch = { [Column in Exclude<keyof NewPack, 'ref'>]?: NewPack[Column] | undefined };

export interface PackFilter {
  search?: string | undefined;
  tag?: string | undefined;
}

export declare function insertPack(db: Db, values: NewPack, by?: Authorship): Promise<PackRow>;
export declare function findPack(db: Db, id: number): Promise<PackRow | undefined>;
export declare function findPackByRef(db: Db, ref: string): Promise<PackRow | undefined>;
export declare function getPack(db: Db, id: number): Promise<PackRow>;
export declare function getPackByRef(db: Db, ref: string): Promise<PackRow>;
/** By ref. */
export declare function listPacks(db: Db, filter: PackFilter, page: PageRequest): Promise<Page<PackRow>>;
export declare function updatePack(db: Db, id: number, patch: PackPatch, by?: Authorship): Promise<PackRow>;
export declare function deletePack(db: Db, id: number): Promise<boolean>;
