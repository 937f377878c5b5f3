import { isMeantFor } from './authorize.js';
import type { Grant, GrantConstraints } from './grant.js';
import type { Principal } from './principal.js';

type Cover = (held: never, wanted: unknown) => boolean;

const covers: { readonly [Name in keyof Required<GrantConstraints>]: Cover } = {
  pack_refs: includesAll,
  refs: includesAll,
  ids: includesAll,
  owner: (held: 'self' | 'any' | 'none', wanted) => held === 'any' || held === wanted,
  owner_types: includesAll,
  owner_refs: includesAll,
  visibility: includesAll,
  execution_scope: (held: 'self' | 'descendants' | 'any', wanted) =>
    held === 'any' || held === wanted || (held === 'descendants' && wanted === 'self'),
  encrypted: (held: boolean, wanted) => held === wanted,
  // They are the holder's own, which has them: isMeantFor.
  attributes: () => true,
};

/**
 * Those of the grants that allow more than the principal may, for whoever hands grants out: nobody may give more
 * than they hold. Each has to be covered by one grant of the principal for each action. What is limited to one's own
 * rows covers no grant for another identity: `self` would be somebody else there.
 */
export function exceedingGrants(
  principal: Principal,
  grants: readonly Grant[],
  forIdentity: number,
): Grant[] {
  const isOwn = forIdentity === principal.identityId;
  const held = principal.grants.filter(
    (grant) => isMeantFor(grant, principal) && (isOwn || !isRelative(grant.constraints ?? {})),
  );
  return grants.filter(
    (grant) => !grant.actions.every((action) => held.some((one) => isCovered(grant, action, one))),
  );
}

function isRelative({ owner, execution_scope: scope }: GrantConstraints): boolean {
  return owner === 'self' || (scope !== undefined && scope !== 'any');
}

function isCovered(wanted: Grant, action: string, held: Grant): boolean {
  if (held.resource !== wanted.resource || !held.actions.includes(action)) return false;
  return Object.entries(held.constraints ?? {}).every(([name, limit]) => {
    if (limit === undefined) return true;
    const key = name as keyof GrantConstraints;
    return covers[key](limit as never, wanted.constraints?.[key]);
  });
}

function includesAll(held: readonly unknown[], wanted: unknown): boolean {
  return Array.isArray(wanted) && wanted.every((value) => held.includes(value));
}
