import fc from 'fast-check';
import { constraints, letsThrough, principal, row } from './access.testing.js';
import { authorize } from './authorize.js';
import { exceedingGrants } from './exceeding-grants.js';
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

describe('exceedingGrants', () => {
  it('finds none where everything wanted is allowed, for oneself', () => {
    fc.assert(
      fc.property(grants, grants, asked, (mine, wanted, { resource, more, permission }) => {
        const me = principal(mine, more);
        const given = wanted.filter((one) => exceedingGrants(me, [one], 5).length === 0);
        const isGiven = authorize(principal(given, more), permission, resource).allowed;

        if (isGiven) expect(authorize(me, permission, resource).allowed).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('finds none where everything another gets is allowed to the giver', () => {
    fc.assert(
      fc.property(grants, grants, asked, (mine, wanted, { resource, more, permission }) => {
        const me = principal(mine, more);
        const given = wanted.filter((one) => exceedingGrants(me, [one], 6).length === 0);
        const other = principal(given, { identityId: 6, attributes: { team: 'dev', level: 1 } });
        const isGiven = authorize(other, permission, resource).allowed;

        if (isGiven) expect(authorize(me, permission, resource).allowed).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each<[string, Grant[], Grant[], number]>([
    ['an action that is not held', [read()], [{ resource: 'keys', actions: ['read', 'decrypt'] }], 5],
    ['a limit left out', [read({ pack_refs: ['ops'] })], [read()], 5],
    ['a wider limit', [read({ pack_refs: ['ops'] })], [read({ pack_refs: ['ops', 'dev'] })], 5],
    ["another one's own rows", [read({ owner: 'self' })], [read({ owner: 'self' })], 6],
    ['what is meant for people with other attributes', [read({ attributes: { a: 1 } })], [read()], 5],
  ])('finds %s', (_what, mine, wanted, forIdentity) => {
    expect(exceedingGrants(principal(mine), wanted, forIdentity)).toEqual(wanted);
  });

  it.each<[string, Grant[], Grant[], number]>([
    ['the same limit', [read({ pack_refs: ['ops'] })], [read({ pack_refs: ['ops'] })], 6],
    ['a further limit', [read({ ids: [1, 2] })], [read({ ids: [2], encrypted: true })], 6],
    ["one's own rows", [read({ owner: 'self' })], [read({ owner: 'self' })], 5],
    ["another one's own rows, of who may see all", [read()], [read({ owner: 'self' })], 6],
    ['actions held by several grants', [read(), update()], [{ ...read(), actions: ['read', 'update'] }], 6],
  ])('allows %s', (_what, mine, wanted, forIdentity) => {
    expect(exceedingGrants(principal(mine), wanted, forIdentity)).toEqual([]);
  });

  function read(limits?: GrantConstraints): Grant {
    return { resource: 'keys', actions: ['read'], ...(limits ? { constraints: limits } : {}) };
  }

  function update(): Grant {
    return { resource: 'keys', actions: ['update'] };
  }
});
