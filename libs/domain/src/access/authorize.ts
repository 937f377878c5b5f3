import type { OwnerType } from './owner-type.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';

/** What constraints are compared with; a constraint on something that is not given does not hold. */
export interface AccessedResource {
  id?: number;
  ref?: string;
  packRef?: string | null;
  ownerIdentityId?: number | null;
  ownerType?: OwnerType;
  ownerRef?: string | null;
  visibility?: string;
  encrypted?: boolean;
  executionId?: number;
  executionAncestors?: readonly number[];
}

export type Authorization = { allowed: true } | { allowed: false; reason: string };

/** The only decision function. Denies unless a grant allows. */
export function authorize(
  principal: Principal,
  permission: Permission,
  resource?: AccessedResource,
): Authorization {
  void principal;
  void permission;
  void resource;
  throw new Error('not built yet');
}
