import fc from 'fast-check';
import { PermissionDeniedError } from '../errors.js';
import { authorize } from './authorize.js';
import type { AccessedResource } from './authorize.js';
import type { Grant, GrantConstraints } from './grant.js';
import { coveredBy, requireCovered } from './holds.js';
import type { Principal } from './principal.js';

const all = { resource: 'rules', actions: ['read', 'update'] } as const satisfies Grant;

function principal(grants: readonly Grant[], more: Partial<Principal> = {}): Principal {
  return { kind: 'identity', tokenKind: 'access', identityId: 5, login: 'ann', grants, ...more };
}

function read(constraints?: GrantConstraints): Grant {
  return { resource: 'rules', actions: ['read'], ...(constraints === undefined ? {} : { constraints }) };
}

describe('coveredBy', () => {
  it.each<[string, Grant, Grant[], boolean]>([
    ['the same', read(), [read()], true],
    ['nothing', read(), [], false],
    ['another resource', read(), [{ resource: 'keys', actions: ['read'] }], false],
    ['another action', read(), [{ resource: 'rules', actions: ['update'] }], false],
    ['one action of two', all, [read()], false],
    ['two actions by two grants', all, [read(), { resource: 'rules', actions: ['update'] }], true],
    ['a limit of its own', read({ pack_refs: ['ops'] }), [read()], true],
    ['a limit that it lacks', read(), [read({ pack_refs: ['ops'] })], false],
    ['a longer list', read({ ids: [1] }), [read({ ids: [2, 1] })], true],
    ['a shorter list', read({ ids: [1, 2] }), [read({ ids: [2] })], false],
    ['two lists together', read({ refs: ['a', 'b'] }), [read({ refs: ['a'] }), read({ refs: ['b'] })], true],
    [
      'lists that leave a corner',
      read({ pack_refs: ['a', 'b'], ids: [1, 2] }),
      [read({ pack_refs: ['a'] }), read({ pack_refs: ['b'], ids: [1] })],
      false,
    ],
    [
      'lists that leave none',
      read({ pack_refs: ['a', 'b'], ids: [1, 2] }),
      [read({ pack_refs: ['a'] }), read({ ids: [1] }), read({ pack_refs: ['b'], ids: [2] })],
      true,
    ],
    ['a limit of another kind', read({ refs: ['ops.a'] }), [read({ pack_refs: ['ops'] })], false],
    ['any owner', read({ owner: 'any' }), [read({ execution_scope: 'any' })], true],
    ['all rows by own rows', read(), [read({ owner: 'self' })], false],
    ['own rows by own rows', read({ owner: 'self' }), [read({ owner: 'self' })], true],
    ['own rows by rows of nobody', read({ owner: 'self' }), [read({ owner: 'none' })], false],
    ['sealed by open', read({ encrypted: true }), [read({ encrypted: false })], false],
    ['all by sealed and open', read(), [read({ encrypted: false }), read({ encrypted: true })], false],
    ['attributes it asks for', read({ attributes: { team: 'x' } }), [read()], true],
    ['attributes I have', read(), [read({ attributes: { team: 'ops' } })], true],
    ['attributes I lack', read(), [read({ attributes: { team: 'dev' } })], false],
    [
      'the attributes I lack, asked for',
      read({ attributes: { team: 'dev' } }),
      [read({ attributes: { team: 'dev' } })],
      false,
    ],
  ])('%s', (_name, grant, held, expected) => {
    expect(coveredBy(grant, principal(held, { attributes: { team: 'ops' } }))).toBe(expected);
  });

  it.each<[GrantConstraints, GrantConstraints, number | undefined, boolean]>([
    [{ execution_scope: 'self' }, { execution_scope: 'descendants' }, 40, true],
    [{ execution_scope: 'descendants' }, { execution_scope: 'self' }, 40, false],
    [{ execution_scope: 'self' }, { execution_scope: 'self' }, undefined, false],
    [{ execution_scope: 'self' }, {}, undefined, true],
  ])('%j by %j in the run %p: %p', (inner, outer, executionId, expected) => {
    const ann = principal([read(outer)], executionId === undefined ? {} : { executionId });

    expect(coveredBy(read(inner), ann)).toBe(expected);
  });

  it('takes a grant of too many combinations for not held, in bounded time', () => {
    const ids = Array.from({ length: 201 }, (_, id) => id);
    const packs = ids.map(String);
    const ann = principal(ids.map((id) => read({ ids: [id], pack_refs: packs })));

    expect(coveredBy(read({ ids: ids.slice(1), pack_refs: packs.slice(0, 50) }), ann)).toBe(true);
    expect(coveredBy(read({ ids, pack_refs: packs.slice(0, 50) }), ann)).toBe(false);
  });

  it('lets nobody give away anything that they may not do themselves', () => {
    fc.assert(
      fc.property(
        limits,
        fc.array(limits, { maxLength: 4 }),
        execution,
        attributes,
        (given, own, run, has) => {
          const grant = read(given);
          const ann = principal(own.map(read), { attributes: { team: 'ops' }, ...run });
          const bob: Principal = { ...ann, identityId: 6, grants: [grant], executionId: 41, attributes: has };
          if (!coveredBy(grant, ann)) return;

          for (const row of rows) {
            if (!authorize(bob, 'rules:read', row).allowed) continue;
            expect([given, own, authorize(ann, 'rules:read', seenBy(ann, bob, row, given))]).toEqual([
              given,
              own,
              { allowed: true },
            ]);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('lets everybody pass on what is in force for them', () => {
    fc.assert(
      fc.property(limits, fc.array(limits, { maxLength: 3 }), (given, others) => {
        const held = { ...given, attributes: { team: 'ops' } };
        const ann = principal([...others, held].map(read), { attributes: { team: 'ops' }, executionId: 40 });

        expect(coveredBy(read(given), ann)).toBe(true);
      }),
    );
  });

  /** The rule of what is relative: a row of the holder's own, for the holder's own the principal's own. */
  function seenBy(ann: Principal, bob: Principal, row: AccessedResource, given: GrantConstraints) {
    const isRunScoped = given.execution_scope === 'self' || given.execution_scope === 'descendants';
    const run = (id: number | undefined) => (id === bob.executionId ? ann.executionId : id);
    const ancestors = (row.executionAncestors ?? []).map(run);
    return {
      ...row,
      ...(given.owner === 'self' ? { ownerIdentityId: ann.identityId } : {}),
      ...(isRunScoped ? { executionId: run(row.executionId), executionAncestors: ancestors } : {}),
    } as AccessedResource;
  }

  const limits = fc.record<GrantConstraints>(
    {
      pack_refs: fc.subarray(['ops', 'dev'], { minLength: 1 }),
      refs: fc.subarray(['ops.a', 'dev.b'], { minLength: 1 }),
      ids: fc.subarray([1, 2], { minLength: 1 }),
      owner: fc.constantFrom('self', 'any', 'none'),
      encrypted: fc.boolean(),
      execution_scope: fc.constantFrom('self', 'descendants', 'any'),
      attributes: fc.constantFrom({ team: 'ops' }, { team: 'dev' }),
    },
    { requiredKeys: [] },
  );
  const execution = fc.constantFrom<Partial<Principal>>({}, { executionId: 40 });
  const attributes = fc.constantFrom({ team: 'ops' }, { team: 'dev' }, {});
  const rows: AccessedResource[] = [{}].concat(
    product<AccessedResource>(
      [{ packRef: 'ops' }, { packRef: 'dev' }, { packRef: null }],
      [{ ref: 'ops.a' }, { ref: 'dev.b' }, {}],
      [{ id: 1 }, { id: 2 }],
      [{ ownerIdentityId: 5 }, { ownerIdentityId: 6 }, { ownerIdentityId: null }],
      [{ encrypted: true }, { encrypted: false }],
      [{ executionId: 41 }, { executionId: 42, executionAncestors: [41] }, { executionId: 40 }, {}],
    ),
  );

  function product<Part extends object>(...choices: Part[][]): Part[] {
    return choices.reduce<Part[]>(
      (made, options) => made.flatMap((row) => options.map((option) => ({ ...row, ...option }))),
      [{} as Part],
    );
  }
});

describe('requireCovered', () => {
  it('says nothing of what is held', () => {
    expect(() => requireCovered(principal([all]), [read(), all], 'grants')).not.toThrow();
  });

  it.each([
    [[], 'leave it out, or ask somebody who holds it'],
    [[read({ pack_refs: ['dev'] })], 'you hold rules:read within {"pack_refs":["dev"]}'],
  ])('names the first grant that is not held; to who holds %j: %s', (held, hint) => {
    const grants = [read({ pack_refs: ['dev'] }), read({ pack_refs: ['ops'] })].slice(
      held.length === 0 ? 1 : 0,
    );
    const denial = denialOf(() => requireCovered(principal(held), grants, 'role'));

    expect(denial.message).toBe('nobody grants more than they hold');
    expect(denial.details).toEqual([
      {
        path: 'role',
        message: 'would grant rules:read within {"pack_refs":["ops"]}, which you do not hold',
        hint,
      },
    ]);
  });

  it('names only the actions that are missing', () => {
    const denial = denialOf(() => requireCovered(principal([read()]), [all], 'grants'));

    expect(denial.details[0]?.message).toBe('would grant rules:update, which you do not hold');
  });

  function denialOf(attempt: () => void): PermissionDeniedError {
    try {
      attempt();
    } catch (error) {
      if (error instanceof PermissionDeniedError) return error;
    }
    throw new Error('nothing was denied');
  }
});
