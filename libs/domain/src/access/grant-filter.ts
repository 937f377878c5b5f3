import { grantsOf, isMeantFor } from './authorize.js';
import type { Grant, GrantConstraints } from './grant.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';

/** What one grant lets through of a list; everything that is given must hold for a row. */
export interface RowFilter {
  packRefs?: readonly string[];
  refs?: readonly string[];
  ids?: readonly number[];
  /** Null: rows that nobody owns. */
  ownerIdentityId?: number | null;
  ownerTypes?: readonly string[];
  ownerRefs?: readonly string[];
  visibility?: readonly string[];
  encrypted?: boolean;
  /** Rows of this run. */
  executionId?: number;
  /** Rows of this run and of the runs below it. */
  executionTree?: number;
}

/** Rows of a list that the caller may see: all of them, or those that one of the filters lets through (none: no row). */
export type GrantFilter = { all: true } | { all: false; anyOf: readonly RowFilter[] };

/** For SQL, before paging: a list shows exactly the rows that `authorize` allows one by one. */
export function grantFilter(principal: Principal, permission: Permission): GrantFilter {
  const filters = grantsOf(principal, permission).flatMap((grant) => rowFilter(grant, principal));
  const isUnlimited = filters.some((filter) => Object.keys(filter).length === 0);
  return isUnlimited ? { all: true } : { all: false, anyOf: filters };
}

/** Empty when the grant lets no row through for this caller. */
function rowFilter(grant: Grant, principal: Principal): RowFilter[] {
  if (!isMeantFor(grant, principal)) return [];
  const constraints: GrantConstraints = grant.constraints ?? {};
  const { execution_scope: scope = 'any', owner = 'any' } = constraints;
  const filter: RowFilter = listFilters(constraints);
  if (owner !== 'any') filter.ownerIdentityId = owner === 'self' ? principal.identityId : null;
  if (scope === 'any') return [filter];
  if (principal.executionId === undefined) return [];
  return [{ ...filter, [scope === 'self' ? 'executionId' : 'executionTree']: principal.executionId }];
}

function listFilters(constraints: GrantConstraints): RowFilter {
  const renamed = {
    packRefs: constraints.pack_refs,
    refs: constraints.refs,
    ids: constraints.ids,
    ownerTypes: constraints.owner_types,
    ownerRefs: constraints.owner_refs,
    visibility: constraints.visibility,
    encrypted: constraints.encrypted,
  };
  return Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined));
}
