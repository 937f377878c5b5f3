import { isDeepEqual } from '../json-equality.js';
import type { Grant, GrantConstraints } from './grant.js';
import type { OwnerType } from './owner-type.js';
import type { Permission, Resource } from './permissions.js';
import type { Principal } from './principal.js';
import { narrowed } from './private-rows.js';

/** The row asked for, as far as constraints look at it. A constraint on something that is not given does not hold. */
export interface AccessedResource {
  id?: number;
  ref?: string;
  packRef?: string | null;
  /** Null: nobody owns it. */
  ownerIdentityId?: number | null;
  ownerType?: OwnerType;
  ownerRef?: string | null;
  visibility?: string;
  encrypted?: boolean;
  /** The run itself, or the one it belongs to, and the runs above that. */
  executionId?: number;
  executionAncestors?: readonly number[];
}

export type Authorization = { allowed: true } | { allowed: false; reason: string };

type Check = (constraint: never, resource: AccessedResource, principal: Principal) => boolean;
type Checks = { readonly [Name in keyof Required<GrantConstraints>]: Check };

const checks: Checks = {
  pack_refs: (refs: readonly string[], { packRef }) => isAmong(refs, packRef),
  refs: (refs: readonly string[], { ref }) => isAmong(refs, ref),
  ids: (ids: readonly number[], { id }) => isAmong(ids, id),
  owner: isOwned,
  owner_types: (types: readonly string[], { ownerType }) => isAmong(types, ownerType),
  owner_refs: (refs: readonly string[], { ownerRef }) => isAmong(refs, ownerRef),
  visibility: (kinds: readonly string[], { visibility }) => isAmong(kinds, visibility),
  execution_scope: isInScope,
  encrypted: (encrypted: boolean, resource) => resource.encrypted === encrypted,
  attributes: (wanted: Readonly<Record<string, unknown>>, _resource, principal) =>
    hasAttributes(wanted, principal),
};

/**
 * The only decision function, for every kind of token alike. Denies unless one grant names the permission and all
 * its constraints hold. Without a resource only grants without constraints on one count; for lists see grantFilter.
 */
export function authorize(
  principal: Principal,
  permission: Permission,
  resource: AccessedResource = {},
): Authorization {
  const grants = grantsOf(principal, permission);
  if (grants.length === 0) return { allowed: false, reason: `${permission} is not granted` };
  const failing = new Set<string>();
  for (const { constraints } of grants) {
    const failed = failingConstraints(constraints, resource, principal);
    if (failed.length === 0) return { allowed: true };
    for (const name of failed) failing.add(name);
  }
  return {
    allowed: false,
    reason: `${permission} is granted only within limits (${[...failing].join(', ')})`,
  };
}

/** The grants that name a permission, whatever their constraints; those that reach no private rows say so. */
export function grantsOf({ grants }: Principal, permission: Permission): Grant[] {
  const [resource, action] = permission.split(':') as [Resource, string];
  return grants
    .filter((grant) => grant.resource === resource && grant.actions.includes(action))
    .flatMap((grant) => narrowed(grant, action, grants));
}

/** Whether the caller has the attributes a grant asks for; it has no other constraint that is not about the row. */
export function isMeantFor(grant: Grant, principal: Pick<Principal, 'attributes'>): boolean {
  const wanted = grant.constraints?.attributes;
  return wanted === undefined || hasAttributes(wanted, principal);
}

function failingConstraints(
  constraints: GrantConstraints | undefined,
  resource: AccessedResource,
  principal: Principal,
): string[] {
  const given = Object.entries(constraints ?? {}).filter(([, value]) => value !== undefined);
  return given
    .filter(([name, value]) => !checks[name as keyof Checks](value as never, resource, principal))
    .map(([name]) => name);
}

function isAmong<Value>(allowed: readonly Value[], value: Value | null | undefined): boolean {
  return value !== null && value !== undefined && allowed.includes(value);
}

function isOwned(owner: 'self' | 'any' | 'none', resource: AccessedResource, principal: Principal): boolean {
  if (owner === 'any') return true;
  return resource.ownerIdentityId === (owner === 'self' ? principal.identityId : null);
}

function isInScope(
  scope: 'self' | 'descendants' | 'any',
  resource: AccessedResource,
  principal: Principal,
): boolean {
  if (scope === 'any') return true;
  const own = principal.executionId;
  if (own === undefined) return false;
  if (resource.executionId === own) return true;
  return scope === 'descendants' && resource.executionAncestors?.includes(own) === true;
}

function hasAttributes(
  wanted: Readonly<Record<string, unknown>>,
  { attributes = {} }: Pick<Principal, 'attributes'>,
): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(attributes, name) && isDeepEqual(attributes[name], value),
  );
}
