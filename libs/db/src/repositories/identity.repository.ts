import type { Grant } from '@attune/domain';
import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { IdentityRow, PermissionAssignmentRow } from '../schema/index.js';

export interface NewIdentity {
  login: string;
  display_name?: string | null | undefined;
  password_hash?: string | null | undefined;
  attributes?: Record<string, unknown> | undefined;
  frozen?: boolean | undefined;
}

/** `login` is immutable. undefined keeps, null clears. */
export interface IdentityPatch {
  display_name?: string | null | undefined;
  password_hash?: string | null | undefined;
  attributes?: Record<string, unknown> | undefined;
  frozen?: boolean | undefined;
}

export interface IdentityFilter {
  search?: string | undefined;
  frozen?: boolean | undefined;
}

export type IdentitySummary = Omit<IdentityRow, 'password_hash'>;

export declare function insertIdentity(db: Db, values: NewIdentity): Promise<IdentityRow>;
export declare function findIdentity(db: Db, id: number): Promise<IdentityRow | undefined>;
export declare function findIdentityByLogin(db: Db, login: string): Promise<IdentityRow | undefined>;
export declare function getIdentity(db: Db, id: number): Promise<IdentityRow>;
export declare function getIdentityByLogin(db: Db, login: string): Promise<IdentityRow>;
/** By login. */
export declare function listIdentities(
  db: Db,
  filter: IdentityFilter,
  page: PageRequest,
): Promise<Page<IdentitySummary>>;
export declare function updateIdentity(db: Db, id: number, patch: IdentityPatch): Promise<IdentityRow>;
export declare function deleteIdentity(db: Db, id: number): Promise<boolean>;
/** Counts a failed login; `lockSeconds` computes the lock from the new count. Returns the new count. */
export declare function recordFailedLogin(db: Db, id: number, lockedUntil: Date | null): Promise<number>;
export declare function clearFailedLogins(db: Db, id: number): Promise<void>;
export declare function countIdentities(db: Db): Promise<number>;

/** Grants of the identity's own permission sets and of its roles'. */
export declare function listGrants(db: Db, identityId: number): Promise<Grant[]>;
/** Idempotent. */
export declare function assignPermissionSet(
  db: Db,
  identityId: number,
  permissionSetRef: string,
): Promise<PermissionAssignmentRow>;
export declare function unassignPermissionSet(
  db: Db,
  identityId: number,
  permissionSetRef: string,
): Promise<boolean>;
export declare function listRoles(db: Db, identityId: number): Promise<string[]>;
/** Idempotent. */
export declare function addRole(db: Db, identityId: number, role: string): Promise<void>;
export declare function removeRole(db: Db, identityId: number, role: string): Promise<boolean>;
/** Idempotent. */
export declare function addRoleToPermissionSet(db: Db, permissionSetRef: string, role: string): Promise<void>;
