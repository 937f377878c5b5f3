import fc from 'fast-check';
import type { AccessedResource } from './authorize.js';
import type { RowFilter } from './grant-filter.js';
import type { Grant, GrantConstraints } from './grant.js';
import type { Principal } from './principal.js';

export function principal(grants: readonly Grant[], more: Partial<Principal> = {}): Principal {
  return { kind: 'identity', tokenKind: 'access', identityId: 5, login: 'ann', grants, ...more };
}

export const constraints = fc.record<GrantConstraints>(
  {
    pack_refs: fc.subarray(['ops', 'dev'], { minLength: 1 }),
    refs: fc.subarray(['ops.a', 'dev.b'], { minLength: 1 }),
    ids: fc.subarray([1, 2], { minLength: 1 }),
    owner: fc.constantFrom('self', 'any', 'none'),
    owner_types: fc.subarray<'pack' | 'system'>(['pack', 'system'], { minLength: 1 }),
    owner_refs: fc.subarray(['ops', 'dev'], { minLength: 1 }),
    visibility: fc.subarray<'public' | 'private'>(['public', 'private'], { minLength: 1 }),
    encrypted: fc.boolean(),
    execution_scope: fc.constantFrom('self', 'descendants', 'any'),
    attributes: fc.constantFrom({ team: 'ops' }, { team: 'dev' }, { level: 1 }),
  },
  { requiredKeys: [] },
);

export const row = fc.record({
  id: fc.constantFrom(1, 2, 3),
  ref: fc.constantFrom('ops.a', 'dev.b', 'x.y'),
  packRef: fc.constantFrom('ops', 'dev', null),
  ownerIdentityId: fc.constantFrom(5, 6, null),
  ownerType: fc.constantFrom('pack' as const, 'identity' as const),
  ownerRef: fc.constantFrom('ops', 'dev', null),
  visibility: fc.constantFrom('public', 'private'),
  encrypted: fc.boolean(),
  executionId: fc.constantFrom(40, 41),
  executionAncestors: fc.constantFrom([], [40]),
});

/** What the SQL made of a filter does. */
export function letsThrough(filter: RowFilter, resource: Required<AccessedResource>): boolean {
  const among = <Value>(list: readonly Value[] | undefined, value: Value | null) =>
    list === undefined || (value !== null && list.includes(value));
  return (
    among(filter.packRefs, resource.packRef) &&
    among(filter.refs, resource.ref) &&
    among(filter.ids, resource.id) &&
    among(filter.ownerTypes, resource.ownerType) &&
    among(filter.ownerRefs, resource.ownerRef) &&
    among(filter.visibility, resource.visibility) &&
    (filter.encrypted === undefined || filter.encrypted === resource.encrypted) &&
    (filter.ownerIdentityId === undefined || filter.ownerIdentityId === resource.ownerIdentityId) &&
    (filter.executionId === undefined || filter.executionId === resource.executionId) &&
    (filter.executionTree === undefined ||
      [resource.executionId, ...resource.executionAncestors].includes(filter.executionTree))
  );
}
