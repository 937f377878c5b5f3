import { PermissionDeniedError } from '../errors.js';
import { isDeepEqual } from '../json-equality.js';
import { isMeantFor } from './authorize.js';
import type { Grant, GrantConstraints } from './grant.js';
import { resourceActions, resources } from './permissions.js';
import type { Principal } from './principal.js';
import { namesRows, narrowed } from './private-rows.js';

/** Whoever holds grants. */
export type Holder = Pick<Principal, 'grants' | 'attributes' | 'executionId'>;

/** Combinations of listed values looked at one by one; a grant that has more counts as not held. */
const maxCombinations = 10_000;

const listNames = ['pack_refs', 'refs', 'ids', 'owner_types', 'owner_refs', 'visibility'] as const;

type Compare = (inner: never, outer: never) => boolean;

/** Whether one constraint lets through nothing that the other, of the same name, does not. */
const isNarrower: { readonly [Name in keyof Required<GrantConstraints>]: Compare } = {
  pack_refs: isSubset,
  refs: isSubset,
  ids: isSubset,
  owner_types: isSubset,
  owner_refs: isSubset,
  visibility: isSubset,
  owner: isSame,
  encrypted: isSame,
  execution_scope: (inner: string, outer: string) =>
    isSame(inner, outer) || (inner === 'self' && outer === 'descendants'),
  /** Left out of the limits that are compared; see `isInForce` and `limitsOf`. */
  attributes: () => false,
};

/**
 * Whether everything the grant could ever allow, to whoever is given it, is allowed to the principal by its own
 * grants, alone or together. In doubt it is not. What is relative to the holder is compared as such: the rows that
 * a holder of the grant owns stand for those that the principal owns (`owner: self`), the holder's own run for the
 * principal's (`execution_scope`). Attributes that the grant asks of its holders only make it narrower; a grant of
 * the principal counts only while it is in force for the principal itself.
 */
export function coveredBy(grant: Grant, principal: Holder): boolean {
  return missingActions(grant, principal).length === 0;
}

/** Whether every permission there is is held, without limits. */
export function holdsEverything(holder: Holder): boolean {
  return resources.every((resource) =>
    coveredBy({ resource, actions: [...resourceActions[resource]] }, holder),
  );
}

/**
 * What a permission set that is changed gives to its holders and did not give before. A grant that is only narrowed
 * counts as new: it may be narrowed to what opens more to others than to whoever narrows it.
 */
export function addedGrants(before: readonly Grant[], after: readonly Grant[]): Grant[] {
  return after.flatMap((grant) => {
    const alike = before.filter(
      (old) => old.resource === grant.resource && isDeepEqual(old.constraints ?? {}, grant.constraints ?? {}),
    );
    const actions = grant.actions.filter((action) => !alike.some((old) => old.actions.includes(action)));
    return actions.length === 0 ? [] : [{ ...grant, actions }];
  });
}

/** Nobody grants more than they hold: throws the denial that names the first grant that is not held. */
export function requireCovered(principal: Holder, grants: readonly Grant[], path: string): void {
  for (const grant of grants) {
    const actions = missingActions(grant, principal);
    if (actions.length === 0) continue;
    throw new PermissionDeniedError('nobody grants more than they hold', {
      details: [
        {
          path,
          message: `would grant ${described({ ...grant, actions })}, which you do not hold`,
          hint: heldInstead(grant.resource, actions, principal),
        },
      ],
    });
  }
}

function missingActions(grant: Grant, principal: Holder): string[] {
  const limits = limitsOf(grant);
  return grant.actions.filter((action) => {
    const held = principal.grants.filter(
      (own) => own.resource === grant.resource && own.actions.includes(action) && isInForce(own, principal),
    );
    // What names no rows means the same to whoever holds it; what does may mean rows that the principal's own does not.
    const reached = namesRows(grant) ? held.flatMap((own) => narrowed(own, action, principal.grants)) : held;
    return !isCovered(limits, reached.map(limitsOf));
  });
}

/** Whether the principal itself can do anything with a grant of its own. */
function isInForce(grant: Grant, principal: Holder): boolean {
  const { execution_scope: scope = 'any' } = grant.constraints ?? {};
  return isMeantFor(grant, principal) && (scope === 'any' || principal.executionId !== undefined);
}

/** The constraints on rows that limit anything. */
function limitsOf({ constraints = {} }: Grant): GrantConstraints {
  const limiting = Object.entries(constraints).filter(
    ([name, value]) => value !== undefined && value !== 'any' && name !== 'attributes',
  );
  return Object.fromEntries(limiting);
}

/** By one grant; or, value by value of the lists that grants are limited by, by several. */
function isCovered(limits: GrantConstraints, held: readonly GrantConstraints[]): boolean {
  if (held.some((outer) => isWithin(limits, outer))) return true;
  const lists = listNames.filter(
    (name) => (limits[name]?.length ?? 0) > 1 && held.some((outer) => outer[name] !== undefined),
  );
  const combinations = lists.reduce((product, name) => product * (limits[name]?.length ?? 1), 1);
  const [split] = lists;
  if (split === undefined || combinations > maxCombinations) return false;
  return (limits[split] ?? []).every((value) => {
    const concerned = held.filter(({ [split]: values }) => values === undefined || isAmong(values, value));
    return isCovered({ ...limits, [split]: [value] }, concerned);
  });
}

function isWithin(inner: GrantConstraints, outer: GrantConstraints): boolean {
  return (Object.keys(outer) as (keyof GrantConstraints)[]).every(
    (name) => inner[name] !== undefined && isNarrower[name](inner[name] as never, outer[name] as never),
  );
}

function isSubset<Value>(inner: readonly Value[], outer: readonly Value[]): boolean {
  return inner.every((value) => outer.includes(value));
}

function isAmong(values: readonly unknown[], value: unknown): boolean {
  return values.includes(value);
}

function isSame<Value>(inner: Value, outer: Value): boolean {
  return inner === outer;
}

/** `rules:read, rules:update within {"pack_refs":["ops"]}` */
function described({ resource, actions, constraints = {} }: Grant): string {
  const permissions = actions.map((action) => `${resource}:${action}`).join(', ');
  return Object.keys(constraints).length === 0
    ? permissions
    : `${permissions} within ${JSON.stringify(constraints)}`;
}

function heldInstead(resource: Grant['resource'], actions: readonly string[], principal: Holder): string {
  const held = principal.grants.flatMap((own) => {
    const shared = own.actions.filter((action) => own.resource === resource && actions.includes(action));
    return shared.length === 0 ? [] : [described({ ...own, actions: shared })];
  });
  return held.length === 0
    ? `leave it out, or ask somebody who holds it`
    : `you hold ${[...new Set(held)].slice(0, 3).join('; ')}`;
}
