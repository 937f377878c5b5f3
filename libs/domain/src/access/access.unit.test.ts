import fc from 'fast-check';
import { constraints, letsThrough, principal, row } from './access.testing.js';
import { authorize } from './authorize.js';
import type { AccessedResource } from './authorize.js';
import { grantFilter } from './grant-filter.js';
import { grantSchema } from './grant.js';
import type { Grant, GrantConstraints } from './grant.js';
import { permissions, resourceActions } from './permissions.js';

function limited(constraints: GrantConstraints, resource: Grant['resource'] = 'rules'): Grant {
  return { resource, actions: ['read'], constraints };
}

describe('permissions', () => {
  it('are every action of every resource, once', () => {
    const expected = Object.entries(resourceActions).flatMap(([resource, actions]) =>
      actions.map((action) => `${resource}:${action}`),
    );

    expect(permissions).toEqual(expected);
    expect(new Set(permissions).size).toBe(permissions.length);
    expect(permissions).toEqual(
      expect.arrayContaining(['rules:read', 'events:create', 'actions:execute', 'keys:decrypt']),
    );
  });
});

describe('authorize', () => {
  it('denies everything to whoever holds nothing, with any kind of token', () => {
    for (const permission of permissions) {
      for (const tokenKind of ['access', 'api', 'sensor', 'worker', 'execution'] as const) {
        expect(authorize(principal([], { tokenKind }), permission)).toEqual({
          allowed: false,
          reason: `${permission} is not granted`,
        });
      }
    }
  });

  it('allows exactly the actions that a grant names', () => {
    const ann = principal([{ resource: 'rules', actions: ['read', 'update'] }]);
    const allowed = permissions.filter((permission) => authorize(ann, permission).allowed);

    expect(allowed).toEqual(['rules:read', 'rules:update']);
  });

  it.each<[GrantConstraints, AccessedResource, boolean]>([
    [{ pack_refs: ['ops'] }, { packRef: 'ops' }, true],
    [{ pack_refs: ['ops'] }, { packRef: 'core' }, false],
    [{ pack_refs: ['ops'] }, { packRef: null }, false],
    [{ pack_refs: ['ops'] }, {}, false],
    [{ refs: ['ops.page'] }, { ref: 'ops.page' }, true],
    [{ refs: ['ops.page'] }, { ref: 'ops.other' }, false],
    [{ ids: [3] }, { id: 3 }, true],
    [{ ids: [3] }, { id: 4 }, false],
    [{ owner: 'self' }, { ownerIdentityId: 5 }, true],
    [{ owner: 'self' }, { ownerIdentityId: 6 }, false],
    [{ owner: 'self' }, {}, false],
    [{ owner: 'none' }, { ownerIdentityId: null }, true],
    [{ owner: 'none' }, {}, false],
    [{ owner: 'any' }, { ownerIdentityId: 6 }, true],
    [{ owner_types: ['pack'] }, { ownerType: 'pack' }, true],
    [{ owner_types: ['pack'] }, { ownerType: 'system' }, false],
    [{ owner_refs: ['ops'] }, { ownerRef: 'ops' }, true],
    [{ visibility: ['public'] }, { visibility: 'private' }, false],
    [{ encrypted: false }, { encrypted: false }, true],
    [{ encrypted: false }, { encrypted: true }, false],
    [{ encrypted: false }, {}, false],
    [{ execution_scope: 'self' }, { executionId: 40 }, true],
    [{ execution_scope: 'self' }, { executionId: 41, executionAncestors: [40] }, false],
    [{ execution_scope: 'descendants' }, { executionId: 41, executionAncestors: [40, 1] }, true],
    [{ execution_scope: 'descendants' }, { executionId: 41, executionAncestors: [1] }, false],
    [{ execution_scope: 'any' }, { executionId: 1 }, true],
    [{ attributes: { team: 'ops', level: [1] } }, {}, true],
    [{ attributes: { team: 'dev' } }, {}, false],
    [{ attributes: { toString: 'x' } }, {}, false],
    [{ pack_refs: ['ops'], owner: 'self' }, { packRef: 'ops', ownerIdentityId: 6 }, false],
    [{ pack_refs: ['ops'], owner: 'self' }, { packRef: 'ops', ownerIdentityId: 5 }, true],
    [{}, {}, true],
  ])('within the limits %j allows %j: %s', (constraints, resource, allowed) => {
    const ann = principal([limited(constraints)], {
      executionId: 40,
      attributes: { team: 'ops', level: [1] },
    });
    expect(authorize(ann, 'rules:read', resource).allowed).toBe(allowed);
  });

  it('takes the scope of an execution for nothing without an execution', () => {
    const ann = principal([limited({ execution_scope: 'self' })]);

    expect(authorize(ann, 'rules:read', { executionId: 1 }).allowed).toBe(false);
    expect(authorize(ann, 'rules:read', {}).allowed).toBe(false);
  });

  it('allows what any one grant allows, never what two allow in part', () => {
    const ann = principal([limited({ pack_refs: ['ops'], ids: [1] }), limited({ pack_refs: ['dev'] })]);

    expect(authorize(ann, 'rules:read', { packRef: 'dev', id: 9 }).allowed).toBe(true);
    expect(authorize(ann, 'rules:read', { packRef: 'ops', id: 9 }).allowed).toBe(false);
  });

  it('says which limits did not hold', () => {
    const ann = principal([limited({ pack_refs: ['ops'], owner: 'self' })]);

    expect(authorize(ann, 'rules:read', { packRef: 'ops', ownerIdentityId: 6 })).toEqual({
      allowed: false,
      reason: 'rules:read is granted only within limits (owner)',
    });
  });
});

describe('grantFilter', () => {
  it('shows everything for a grant without limits, whatever the others say', () => {
    const ann = principal([limited({ pack_refs: ['ops'] }), { resource: 'rules', actions: ['read'] }]);

    expect(grantFilter(ann, 'rules:read')).toEqual({ all: true });
    expect(grantFilter(principal([limited({ owner: 'any', execution_scope: 'any' })]), 'rules:read')).toEqual(
      { all: true },
    );
  });

  it('shows nothing without a grant', () => {
    expect(grantFilter(principal([limited({})]), 'rules:update')).toEqual({ all: false, anyOf: [] });
  });

  it('says for each grant what it lets through', () => {
    const ann = principal(
      [
        limited({ pack_refs: ['ops'], owner: 'self' }),
        limited({ owner: 'none', refs: ['a.b'], ids: [1] }),
        limited({ execution_scope: 'descendants' }),
        limited({ execution_scope: 'self' }),
        limited({ encrypted: false, owner_types: ['pack'], owner_refs: ['ops'], visibility: ['public'] }),
        limited({ attributes: { team: 'ops' }, ids: [2] }),
        limited({ attributes: { team: 'dev' }, ids: [3] }),
      ],
      { executionId: 40, attributes: { team: 'ops' } },
    );

    expect(grantFilter(ann, 'rules:read')).toEqual({
      all: false,
      anyOf: [
        { packRefs: ['ops'], ownerIdentityId: 5 },
        { refs: ['a.b'], ids: [1], ownerIdentityId: null },
        { executionTree: 40 },
        { executionId: 40 },
        { ownerTypes: ['pack'], ownerRefs: ['ops'], visibility: ['public'], encrypted: false },
        { ids: [2] },
      ],
    });
  });

  it('shows exactly the rows that authorize allows', () => {
    const execution = fc.option(fc.constant(40), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(constraints, { maxLength: 3 }),
        row,
        execution,
        (limits, resource, executionId) => {
          const ann = principal(
            limits.map((limit) => limited(limit)),
            {
              attributes: { team: 'ops' },
              ...(executionId === undefined ? {} : { executionId }),
            },
          );
          const filter = grantFilter(ann, 'rules:read');
          const isShown = filter.all || filter.anyOf.some((rows) => letsThrough(rows, resource));

          expect(isShown).toBe(authorize(ann, 'rules:read', resource).allowed);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('grantSchema', () => {
  it('takes every permission there is', () => {
    for (const [resource, actions] of Object.entries(resourceActions)) {
      expect(grantSchema.safeParse({ resource, actions: [...actions] }).success).toBe(true);
    }
  });

  it.each([
    [{ resource: 'rules', actions: ['raed'] }, "rules have no action 'raed'; did you mean 'read'?"],
    [
      { resource: 'rules', actions: ['decrypt'] },
      "rules have no action 'decrypt'; there are read, create, update, delete",
    ],
    [
      { resource: 'workers', actions: ['read'], constraints: { pack_refs: ['ops'] } },
      'workers cannot be limited by pack_refs',
    ],
    [
      { resource: 'rules', actions: ['read'], constraints: { encrypted: true } },
      'rules cannot be limited by encrypted',
    ],
  ])('says of %j: %s', (grant, message) => {
    expect(grantSchema.safeParse(grant).error?.issues[0]?.message).toBe(message);
  });

  it.each([
    [{ resource: 'rule', actions: ['read'] }],
    [{ resource: 'rules', actions: [] }],
    [{ resource: 'rules', actions: ['read'], constraints: { packs: ['ops'] } }],
    [{ resource: 'rules', actions: ['read'], constraints: { pack_refs: [] } }],
    [{ resource: 'rules', actions: ['read'], effect: 'deny' }],
  ])('refuses %j', (grant) => {
    expect(grantSchema.safeParse(grant).success).toBe(false);
  });
});
