import type { Grant } from '@attune/domain';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { PermissionSetRow } from '../schema/index.js';

export interface NewPermissionSet {
  ref: string;
  label?: string | null | undefined;
  description?: string | null | undefined;
  grants?: readonly Grant[] | undefined;
}

/** undefined keeps, null clears. */
export type PermissionSetPatch = {
  [Column in Exclude<keyof NewPermissionSet, 'ref'>]?: NewPermissionSet[Column] | undefined;
};

export interface PermissionSetFilter {
  pack_ref?: string | undefined;
}

export declare function insertPermissionSet(
  db: Db,
  values: NewPermissionSet,
  by?: Authorship,
): Promise<PermissionSetRow>;
export declare function findPermissionSet(db: Db, id: number): Promise<PermissionSetRow | undefined>;
export declare function findPermissionSetByRef(db: Db, ref: string): Promise<PermissionSetRow | undefined>;
export declare function getPermissionSet(db: Db, id: number): Promise<PermissionSetRow>;
export declare function getPermissionSetByRef(db: Db, ref: string): Promise<PermissionSetRow>;
/** By ref. */
export declare function listPermissionSets(
  db: Db,
  filter: PermissionSetFilter,
  page: PageRequest,
): Promise<Page<PermissionSetRow>>;
export declare function updatePermissionSet(
  db: Db,
  id: number,
  patch: PermissionSetPatch,
  by?: Authorship,
): Promise<PermissionSetRow>;
export declare function deletePermissionSet(db: Db, id: number): Promise<boolean>;
