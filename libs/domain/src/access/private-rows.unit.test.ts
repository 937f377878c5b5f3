import { authorize } from './authorize.js';
import type { AccessedResource } from './authorize.js';
import { grantFilter } from './grant-filter.js';
import type { Grant, GrantConstraints } from './grant.js';
import { coveredBy } from './holds.js';
import { intersectGrants } from './intersect-grants.js';
import type { Principal } from './principal.js';

const artifacts = (constraints?: GrantConstraints, actions = ['read']): Grant =>
  grant('artifacts', actions, constraints);
const keys = (constraints?: GrantConstraints): Grant => grant('keys', ['read'], constraints);
const packs = (constraints?: GrantConstraints, actions = ['read']): Grant =>
  grant('packs', actions, constraints);

function grant(resource: Grant['resource'], actions: string[], constraints?: GrantConstraints): Grant {
  return { resource, actions, ...(constraints === undefined ? {} : { constraints }) };
}

function principal(...grants: Grant[]): Principal {
  return { kind: 'identity', tokenKind: 'access', identityId: 5, login: 'ann', grants };
}

const privateOfOps: AccessedResource = {
  ref: 'x',
  visibility: 'private',
  ownerType: 'action',
  ownerRef: 'ops.page',
  packRef: 'ops',
  ownerIdentityId: null,
};
const publicOne = { ...privateOfOps, visibility: 'public' };
const ofBob: AccessedResource = { ref: 'k', ownerType: 'identity', ownerRef: 'bob', ownerIdentityId: 6 };

const reads = (who: Principal, row: AccessedResource) => authorize(who, 'artifacts:read', row).allowed;

test('a grant without limits reaches public artifacts, and private ones only by their pack', () => {
  expect(reads(principal(artifacts()), publicOne)).toBe(true);
  expect(reads(principal(artifacts()), privateOfOps)).toBe(false);
  expect(reads(principal(artifacts(), packs()), privateOfOps)).toBe(true);
  expect(reads(principal(artifacts(), packs({ pack_refs: ['ops'] })), privateOfOps)).toBe(true);
  expect(reads(principal(artifacts(), packs({ refs: ['dev'] })), privateOfOps)).toBe(false);
  expect(reads(principal(artifacts(), packs({ owner: 'self' })), privateOfOps)).toBe(false);
  expect(reads(principal(packs()), privateOfOps)).toBe(false);
});

test('writing what is private to a pack takes packs:configure', () => {
  const writes = (...grants: Grant[]) =>
    authorize(principal(...grants), 'artifacts:update', privateOfOps).allowed;
  expect(writes(artifacts(undefined, ['update']), packs())).toBe(false);
  expect(writes(artifacts(undefined, ['update']), packs(undefined, ['configure']))).toBe(true);
});

test('a grant without limits opens no key of another person, an express one does', () => {
  const opens = (...grants: Grant[]) => authorize(principal(...grants), 'keys:read', ofBob).allowed;
  expect(opens(keys())).toBe(false);
  expect(opens(keys({ encrypted: false }))).toBe(false);
  expect([opens(keys({ refs: ['k'] })), opens(keys({ owner: 'any' }))]).toEqual([true, true]);
  const own = { ...ofBob, ownerIdentityId: 5 };
  expect(authorize(principal(keys()), 'keys:read', own).allowed).toBe(true);
});

test('a list is filtered by the same', () => {
  expect(grantFilter(principal(artifacts(), packs({ pack_refs: ['ops'] })), 'artifacts:read')).toEqual({
    all: false,
    anyOf: [
      { visibility: ['public'] },
      { ownerIdentityId: 5 },
      { ownerTypes: ['pack', 'action', 'sensor'], packRefs: ['ops'] },
    ],
  });
  expect(grantFilter(principal(artifacts({ owner: 'any' })), 'artifacts:read')).toEqual({ all: true });
});

test('who holds a grant without limits cannot grant one that reaches private rows', () => {
  expect(coveredBy(artifacts(), principal(artifacts()))).toBe(true);
  expect(coveredBy(artifacts({ owner: 'any' }), principal(artifacts()))).toBe(false);
  expect(coveredBy(artifacts({ visibility: ['private'] }), principal(artifacts()))).toBe(false);
  expect(coveredBy(artifacts({ visibility: ['public'] }), principal(artifacts()))).toBe(true);
  expect(coveredBy(artifacts({ owner: 'any' }), principal(artifacts({ owner: 'any' })))).toBe(true);
  expect(coveredBy(keys({ refs: ['k'] }), principal(keys()))).toBe(false);
});

test('what two lists allow together reaches no private row that one of them does not', () => {
  const both = (left: Grant[], right: Grant[]) => principal(...intersectGrants(left, right));
  expect(reads(both([artifacts()], [artifacts({ owner: 'any' })]), privateOfOps)).toBe(false);
  expect(reads(both([artifacts({ owner: 'any' })], [artifacts()]), privateOfOps)).toBe(false);
  expect(reads(both([artifacts()], [artifacts({ owner: 'any' })]), publicOne)).toBe(true);
  expect(reads(both([artifacts(), packs()], [artifacts()]), privateOfOps)).toBe(false);
  expect(reads(both([artifacts(), packs()], [artifacts(), packs()]), privateOfOps)).toBe(true);
});
