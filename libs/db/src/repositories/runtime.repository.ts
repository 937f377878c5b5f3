import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { RuntimeRow } from '../schema/index.js';

export interface NewRuntime {
  ref: string;
  name: string;
  aliases?: readonly string[] | undefined;
  description?: string | null | undefined;
  distributions?: Record<string, unknown> | undefined;
  installation?: unknown;
  installers?: readonly unknown[] | undefined;
  execution_config?: Record<string, unknown> | undefined;
  auto_detected?: boolean | undefined;
  detection_config?: Record<string, unknown> | undefined;
}

/** undefined keeps, null clears. */
export type RuntimePatch = { [Column in Exclude<keyof NewRuntime, 'ref'>]?: NewRuntime[Column] | undefined };

export interface RuntimeFilter {
  pack_ref?: string | undefined;
}

export declare function insertRuntime(db: Db, values: NewRuntime, by?: Authorship): Promise<RuntimeRow>;
export declare function findRuntime(db: Db, id: number): Promise<RuntimeRow | undefined>;
export declare function findRuntimeByRef(db: Db, ref: string): Promise<RuntimeRow | undefined>;
export declare function getRuntime(db: Db, id: number): Promise<RuntimeRow>;
export declare function getRuntimeByRef(db: Db, ref: string): Promise<RuntimeRow>;
/** By ref. */
export declare function listRuntimes(
  db: Db,
  filter: RuntimeFilter,
  page: PageRequest,
): Promise<Page<RuntimeRow>>;
export declare function updateRuntime(
  db: Db,
  id: number,
  patch: RuntimePatch,
  by?: Authorship,
): Promise<RuntimeRow>;
export declare function deleteRuntime(db: Db, id: number): Promise<boolean>;
