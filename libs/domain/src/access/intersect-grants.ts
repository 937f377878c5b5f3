import { isDeepEqual } from '../json-equality.js';
import type { Grant, GrantConstraints } from './grant.js';
import { namesRows, narrowedByAction } from './private-rows.js';

type Merge = (left: never, right: never) => unknown;

/** What of a constraint both sides let through; undefined: nothing. */
const merges: { readonly [Name in keyof Required<GrantConstraints>]: Merge } = {
  pack_refs: common,
  refs: common,
  ids: common,
  owner: (left: 'self' | 'any' | 'none', right: 'self' | 'any' | 'none') => narrower(left, right),
  owner_types: common,
  owner_refs: common,
  visibility: common,
  execution_scope: narrowerScope,
  encrypted: (left: boolean, right: boolean) => (left === right ? left : undefined),
  attributes: bothAttributes,
};

/**
 * Grants that allow exactly what both lists allow: of a token and of the identity it belongs to, of an execution's
 * permission sets and of whoever it runs for. One list, so that nothing that decides has to know of two.
 */
export function intersectGrants(left: readonly Grant[], right: readonly Grant[]): Grant[] {
  const both = left.flatMap((one) =>
    right.flatMap((other) => {
      if (namesRows(one) === namesRows(other)) return intersectTwo(one, other);
      const theirs = narrowedByAction(other, right);
      return narrowedByAction(one, left).flatMap((part) =>
        theirs.flatMap((their) => intersectTwo(part, their)),
      );
    }),
  );
  return withoutContained(both);
}

/** Leaves out grants that allow nothing which another one does not. */
function withoutContained(grants: readonly Grant[]): Grant[] {
  return grants.filter((grant, index) => {
    const isElsewhere = (other: Grant, at: number) =>
      at !== index && contains(other, grant) && (at < index || !contains(grant, other));
    return !grants.some(isElsewhere);
  });
}

function contains(outer: Grant, inner: Grant): boolean {
  const limits = Object.entries(outer.constraints ?? {}) as [keyof GrantConstraints, unknown][];
  return (
    outer.resource === inner.resource &&
    inner.actions.every((action) => outer.actions.includes(action)) &&
    (namesRows(outer) || !namesRows(inner)) &&
    limits.every(([name, value]) => isDeepEqual(value, inner.constraints?.[name]))
  );
}

function intersectTwo(left: Grant, right: Grant): Grant[] {
  if (left.resource !== right.resource) return [];
  const actions = left.actions.filter((action) => right.actions.includes(action));
  const constraints = mergeConstraints(left.constraints ?? {}, right.constraints ?? {});
  if (actions.length === 0 || constraints === undefined) return [];
  const isLimited = Object.keys(constraints).length > 0;
  return [{ resource: left.resource, actions, ...(isLimited ? { constraints } : {}) }];
}

/** Undefined: no row can meet both. */
function mergeConstraints(left: GrantConstraints, right: GrantConstraints): GrantConstraints | undefined {
  const merged: Record<string, unknown> = {};
  for (const name of Object.keys(merges) as (keyof GrantConstraints)[]) {
    const given = [left[name], right[name]].filter((value) => value !== undefined);
    if (given.length === 0) continue;
    const [one, other = one] = given;
    const value = merges[name](one as never, other as never);
    if (value === undefined) return undefined;
    merged[name] = value;
  }
  return merged;
}

function common<Value>(left: readonly Value[], right: readonly Value[]): Value[] | undefined {
  const both = left.filter((value) => right.includes(value));
  return both.length === 0 ? undefined : both;
}

function narrower<Value extends string>(
  left: Value | 'any',
  right: Value | 'any',
): Value | 'any' | undefined {
  if (left === 'any') return right;
  return right === 'any' || left === right ? left : undefined;
}

type Scope = 'self' | 'descendants' | 'any';

/** An execution's own run is among those of its tree. */
function narrowerScope(left: Scope, right: Scope): Scope {
  if (left === 'any') return right;
  return right === 'any' || left === 'self' ? left : right;
}

function bothAttributes(
  left: Readonly<Record<string, unknown>>,
  right: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const differs = Object.keys(left).some(
    (name) => Object.hasOwn(right, name) && !isDeepEqual(left[name], right[name]),
  );
  return differs ? undefined : { ...left, ...right };
}
