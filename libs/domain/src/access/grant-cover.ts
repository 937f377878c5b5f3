import { isDeepEqual } from '../json-equality.js';
import type { Grant, GrantConstraints } from './grant.js';

type Name = keyof GrantConstraints;
type Narrower = (held: never, wanted: never) => boolean;

const SCOPES = ['self', 'descendants', 'any'];

/** Whether what is wanted lets through no more than what is held. */
const narrower: { readonly [N in Name]-?: Narrower } = {
  pack_refs: isSubset,
  refs: isSubset,
  ids: isSubset,
  owner: (held: string, wanted: string) => held === 'any' || held === wanted,
  owner_types: isSubset,
  owner_refs: isSubset,
  visibility: isSubset,
  execution_scope: (held: string, wanted: string) => SCOPES.indexOf(wanted) <= SCOPES.indexOf(held),
  encrypted: isDeepEqual,
  attributes: isDeepEqual,
};

/**
 * The part of `wanted` that somebody holding `held` may not pass on, one entry per grant with the actions in
 * excess: nobody grants more than they hold. Grants that only together would cover one are not added up.
 */
export function excessGrants(held: readonly Grant[], wanted: readonly Grant[]): Grant[] {
  return wanted.flatMap((grant) => {
    const actions = grant.actions.filter((action) => !held.some((own) => covers(own, grant, action)));
    return actions.length === 0 ? [] : [{ ...grant, actions }];
  });
}

function covers(held: Grant, wanted: Grant, action: string): boolean {
  if (held.resource !== wanted.resource || !held.actions.includes(action)) return false;
  return Object.entries(held.constraints ?? {}).every(([name, limit]) => {
    if (limit === undefined || limit === 'any') return true;
    const given = wanted.constraints?.[name as Name];
    return given !== undefined && narrower[name as Name](limit as never, given as never);
  });
}

function isSubset(held: readonly unknown[], wanted: readonly unknown[]): boolean {
  return wanted.every((value) => held.includes(value));
}
