import { authorize, grantFilter, NotFoundError, PermissionDeniedError } from '@attune/domain';
import type { AccessedResource, GrantFilter, Permission, Principal } from '@attune/domain';
import type { RoutePermission } from '@attune/contract';

/** The decisions of one request. The route layer sends no answer of a guarded route without one. */
export interface Access {
  /**
   * Allows the route's permission on this resource. Otherwise throws PermissionDeniedError; or, when the path names
   * a row that the caller may not even read, the NotFoundError of a row that does not exist.
   */
  require(resource: AccessedResource): void;
  /** The same for a further permission, such as executing the action a rule names; always PermissionDeniedError. */
  requireAlso(permission: Permission, resource: AccessedResource): void;
  /** Whether that permission is held, where the answer is smaller without it: no denial. */
  allows(permission: Permission, resource: AccessedResource): boolean;
  /**
   * The rows of a list that the caller may see: `visible` of the list functions, which filter before they page. Of
   * another permission where the list is of another kind than the row that the path names.
   */
  visible(other?: Permission): GrantFilter;
  /** True once a decision was taken for the route's own permission. */
  readonly isDecided: boolean;
}

/** A row as a path names it: `/rules/{ref}`, `/executions/{id}`. */
export interface Address {
  field: 'ref' | 'id';
  value: string | number;
}

/** Refuses at once a principal that holds the permission on nothing at all; resources are decided by handlers. */
export function openAccess(
  principal: Principal | undefined,
  permission: RoutePermission,
  address?: Address,
): Access {
  if (permission === 'public' || permission === 'authenticated') return unguarded(principal);
  if (principal === undefined) throw new PermissionDeniedError(`${permission} needs a login`);
  const filter = grantFilter(principal, permission);
  if (!filter.all && filter.anyOf.length === 0) throw denied(permission, `${permission} is not granted`);
  let isDecided = false;
  return {
    require: (resource) => {
      if (address !== undefined) requireSight(principal, permission, { resource, address });
      requirePermission(principal, permission, resource);
      isDecided = true;
    },
    requireAlso: (other, resource) => requirePermission(principal, other, resource),
    allows: (other, resource) => authorize(principal, other, resource).allowed,
    visible: (other) => {
      if (other !== undefined) return grantFilter(principal, other);
      isDecided = true;
      return filter;
    },
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
    allows: (permission, resource) =>
      principal !== undefined && authorize(principal, permission, resource).allowed,
    visible: () => ({ all: false, anyOf: [] }),
    isDecided: true,
  };
}

function requirePermission(principal: Principal, permission: Permission, resource: AccessedResource): void {
  const decision = authorize(principal, permission, resource);
  if (!decision.allowed) throw denied(permission, decision.reason);
}

/** Whoever may neither do this to the row nor read it is not told that it exists. */
function requireSight(
  principal: Principal,
  permission: Permission,
  { resource, address }: { resource: AccessedResource; address: Address },
): void {
  const [kind = ''] = permission.split(':');
  const isSeen = [permission, `${kind}:read` as Permission].some(
    (needed) => authorize(principal, needed, resource).allowed,
  );
  if (isSeen) return;
  throw new NotFoundError(singular(kind), address.field, address.value, {
    cause: denied(permission, 'outside the limits of its grants'),
  });
}

/** As rows are named: `rules` are of the entity `rule`. */
function singular(resource: string): string {
  return resource.endsWith('ies') ? `${resource.slice(0, -3)}y` : resource.replace(/s$/, '');
}

function denied(permission: Permission, reason: string): PermissionDeniedError {
  const message = `Insufficient permissions: ${permission}`;
  return new PermissionDeniedError(message, { details: [{ path: '', message: reason }] });
}
