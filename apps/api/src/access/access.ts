import { authorize, grantFilter, PermissionDeniedError } from '@attune/domain';
import type { AccessedResource, Permission, Principal } from '@attune/domain';
import type { RoutePermission } from '@attune/contract';

/** The decisions of one request. The route layer sends no answer of a guarded route without one. */
export interface Access {
  /** Allows the route's permission on this resource, or throws PermissionDeniedError. */
  require(resource: AccessedResource): void;
  /** The same for a further permission, such as executing the action a rule names. */
  requireAlso(permission: Permission, resource: AccessedResource): void;
  /** True once a decision was taken for the route's own permission. */
  readonly isDecided: boolean;
}

/** Refuses at once a principal that holds the permission on nothing at all; resources are decided by handlers. */
export function openAccess(principal: Principal | undefined, permission: RoutePermission): Access {
  if (permission === 'public' || permission === 'authenticated') return unguarded(principal);
  if (principal === undefined) throw new PermissionDeniedError(`${permission} needs a login`);
  const filter = grantFilter(principal, permission);
  if (!filter.all && filter.anyOf.length === 0) throw denied(permission, `${permission} is not granted`);
  let isDecided = false;
  return {
    require: (resource) => {
      requirePermission(principal, permission, resource);
      isDecided = true;
    },
    requireAlso: (other, resource) => requirePermission(principal, other, resource),
    get isDecided() {
      return isDecided;
    },
  };
}

function unguarded(principal: Principal | undefined): Access {
  return {
    require: () => {},
    requireAlso: (permission, resource) => {
      if (principal === undefined) throw new PermissionDeniedError(`${permission} needs a login`);
      requirePermission(principal, permission, resource);
    },
    isDecided: true,
  };
}

function requirePermission(principal: Principal, permission: Permission, resource: AccessedResource): void {
  const decision = authorize(principal, permission, resource);
  if (!decision.allowed) throw denied(permission, decision.reason);
}

function denied(permission: Permission, reason: string): PermissionDeniedError {
  const message = `Insufficient permissions: ${permission}`;
  return new PermissionDeniedError(message, { details: [{ path: '', message: reason }] });
}
