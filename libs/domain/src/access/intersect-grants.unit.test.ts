import fc from 'fast-check';
import { constraints, letsThrough, principal, row } from './access.testing.js';
import { authorize } from './authorize.js';
import { grantFilter } from './grant-filter.js';
import type { Grant, GrantConstraints } from './grant.js';
import { intersectGrants } from './intersect-grants.js';

const sparse = fc
  .tuple(constraints, fc.subarray(['pack_refs', 'ids', 'owner', 'attributes']))
  .map(([all, names]) => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))));
const grant: fc.Arbitrary<Grant> = fc.record({
  resource: fc.constantFrom('keys' as const, 'artifacts' as const),
  actions: fc.subarray(['read', 'update'], { minLength: 1 }),
  constraints: fc.oneof(fc.constant({}), sparse, constraints),
});
const grants = fc.array(grant, { maxLength: 3 });
const caller = fc.record({
  attributes: fc.constantFrom<Record<string, unknown>>({}, { team: 'ops' }, { team: 'ops', level: 1 }),
  executionId: fc.constantFrom(40, 42),
});
const permission = fc.constantFrom('keys:read' as const, 'keys:update' as const, 'artifacts:read' as const);
const asked = fc.record({ resource: row, more: caller, permission });

describe('intersectGrants', () => {
  it('allows exactly what both lists allow, one by one and in lists', () => {
    fc.assert(
      fc.property(grants, grants, asked, (left, right, { resource, more, permission }) => {
        const allows = (of: readonly Grant[]) => authorize(principal(of, more), permission, resource).allowed;
        const both = intersectGrants(left, right);
        const filter = grantFilter(principal(both, more), permission);
        const isShown = filter.all || filter.anyOf.some((rows) => letsThrough(rows, resource));

        expect(allows(both)).toBe(allows(left) && allows(right));
        expect(isShown).toBe(allows(both));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each<[string, GrantConstraints, GrantConstraints, GrantConstraints | undefined]>([
    ['what only one limits', { pack_refs: ['ops'] }, { ids: [1] }, { pack_refs: ['ops'], ids: [1] }],
    ['what both name', { pack_refs: ['ops', 'dev'] }, { pack_refs: ['dev', 'x'] }, { pack_refs: ['dev'] }],
    ['nothing when they name nothing in common', { ids: [1] }, { ids: [2] }, undefined],
    ['the narrower owner', { owner: 'any' }, { owner: 'self' }, { owner: 'self' }],
    ['nothing of one owner and of none', { owner: 'none' }, { owner: 'self' }, undefined],
    [
      'the narrower scope',
      { execution_scope: 'self' },
      { execution_scope: 'descendants' },
      { execution_scope: 'self' },
    ],
    ['nothing that is and is not encrypted', { encrypted: true }, { encrypted: false }, undefined],
    ['all attributes', { attributes: { a: 1 } }, { attributes: { b: 2 } }, { attributes: { a: 1, b: 2 } }],
    ['nothing when attributes differ', { attributes: { a: 1 } }, { attributes: { a: 2 } }, undefined],
  ])('leaves %s', (_what, left, right, expected) => {
    const limited = (limits: GrantConstraints): Grant[] => [
      { resource: 'keys', actions: ['read', 'update'], constraints: limits },
      { resource: 'rules', actions: ['read'] },
    ];
    const keys = { resource: 'keys', actions: ['read', 'update'], constraints: expected };
    const rules = { resource: 'rules', actions: ['read'] };

    expect(intersectGrants(limited(left), limited(right))).toEqual(
      expected === undefined ? [rules] : [keys, rules],
    );
  });

  it('leaves the actions that both name', () => {
    expect(
      intersectGrants(
        [{ resource: 'keys', actions: ['read', 'update'] }],
        [{ resource: 'keys', actions: ['read', 'delete'] }],
      ),
    ).toEqual([{ resource: 'keys', actions: ['read'] }]);
  });
});
