import { authorize, grantFilter } from '@attune/domain';
import type { AccessedResource, Grant, GrantConstraints, Permission, Principal } from '@attune/domain';
import type { Db } from './database.js';
import type { PageRequest } from './page.js';
import { listArtifacts } from './repositories/artifact.repository.js';
import { listExecutions } from './repositories/execution.repository.js';
import { listInquiries } from './repositories/inquiry.repository.js';
import { listRules } from './repositories/rule.repository.js';
import {
  makeAction,
  makeArtifact,
  makeExecution,
  makeIdentity,
  makeInquiry,
  makePack,
  makeRule,
  useTestDatabase,
} from './testing/index.js';
import type { Limited } from './visible.js';

const database = useTestDatabase();

type Shown = Record<string, AccessedResource>;
type List = (db: Db, filter: Limited, page: PageRequest) => Promise<{ items: { id: number }[] }>;

/** Compares what a list shows, page by page, with what `authorize` allows of the same rows one by one. */
async function expectAgreement(list: List, permission: Permission, rows: Shown, ann: Principal) {
  const allowed = Object.keys(rows).filter((name) => authorize(ann, permission, rows[name]).allowed);
  const visible = grantFilter(ann, permission);
  const { items } = await list(database.db, { visible }, { limit: 100 });
  const shown = Object.keys(rows).filter((name) => items.some(({ id }) => id === rows[name]?.id));

  expect({ limits: ann.grants, shown }).toEqual({ limits: ann.grants, shown: allowed });
  return allowed.length;
}

function principalWith(grant: Grant, more: Partial<Principal> = {}): Principal {
  return { kind: 'identity', tokenKind: 'access', identityId: 0, login: 'ann', grants: [grant], ...more };
}

describe('a list shows exactly what authorize allows', () => {
  it('of rules, by pack, ref, id and owner', async () => {
    const { id: owner } = await makeIdentity(database.db);
    await Promise.all([makePack(database.db, { ref: 'ops' }), makePack(database.db, { ref: 'dev_1' })]);
    const mine = await makeRule(database.db, { ref: 'ops.mine', owner_identity: owner });
    const other = await makeRule(database.db, { ref: 'ops.other' });
    const far = await makeRule(database.db, { ref: 'dev_1.far', owner_identity: owner });
    const rows = Object.fromEntries(
      [mine, other, far].map((rule) => [
        rule.ref,
        { id: rule.id, ref: rule.ref, packRef: rule.pack_ref, ownerIdentityId: rule.owner_identity },
      ]),
    );
    const limits: GrantConstraints[] = [
      {},
      { pack_refs: ['ops'] },
      { pack_refs: ['ops', 'dev_1'] },
      { pack_refs: ['dev%1'] },
      { refs: ['ops.mine', 'dev_1.far'] },
      { ids: [other.id] },
      { owner: 'self' },
      { owner: 'none' },
      { owner: 'self', pack_refs: ['ops'] },
      { pack_refs: ['none'] },
    ];
    const counts = [];
    for (const constraints of limits) {
      const ann = principalWith({ resource: 'rules', actions: ['read'], constraints }, { identityId: owner });
      counts.push(await expectAgreement(listRules, 'rules:read', rows, ann));
    }

    expect(counts).toEqual([3, 2, 3, 0, 2, 1, 2, 1, 1, 0]);
  });

  it('of executions, by the run of the token and those below it, in every way they are listed', async () => {
    const top = await makeExecution(database.db);
    const middle = await makeExecution(database.db, { parent: top.id });
    const leaf = await makeExecution(database.db, { parent: middle.id });
    const rows: Shown = {
      top: { id: top.id, executionId: top.id },
      middle: { id: middle.id, executionId: middle.id, executionAncestors: [top.id] },
      leaf: { id: leaf.id, executionId: leaf.id, executionAncestors: [middle.id, top.id] },
    };
    const counts = [];
    for (const execution_scope of ['self', 'descendants', 'any'] as const) {
      const grant: Grant = { resource: 'executions', actions: ['read'], constraints: { execution_scope } };
      const ann = principalWith(grant, { executionId: middle.id });
      counts.push(await expectAgreement(listExecutions, 'executions:read', rows, ann));
    }
    const below = grantFilter(
      principalWith(
        { resource: 'executions', actions: ['read'], constraints: { execution_scope: 'self' } },
        { executionId: middle.id },
      ),
      'executions:read',
    );

    expect(counts).toEqual([1, 2, 3]);
    const byRule = await listExecutions(database.db, { visible: below, trigger_ref: '*' }, { limit: 10 });
    expect(byRule.items).toEqual([]);
  });

  it('of artifacts, by owner, kind of owner, pack of the owner and visibility', async () => {
    const ann = await makeIdentity(database.db);
    const own = await makeArtifact(database.db, {
      scope: 'identity',
      owner: ann.login,
      visibility: 'private',
    });
    const pack = await makeArtifact(database.db, { scope: 'pack', owner: 'ops', visibility: 'public' });
    const action = await makeArtifact(database.db, { scope: 'action', owner: 'ops.page' });
    const rows: Shown = {
      own: { id: own.id, ownerType: 'identity', ownerRef: ann.login, ownerIdentityId: ann.id },
      pack: { id: pack.id, ownerType: 'pack', ownerRef: 'ops', packRef: 'ops', ownerIdentityId: null },
      action: {
        id: action.id,
        ownerType: 'action',
        ownerRef: 'ops.page',
        packRef: 'ops',
        ownerIdentityId: null,
      },
    };
    Object.assign(rows['own']!, { visibility: 'private' });
    Object.assign(rows['pack']!, { visibility: 'public' });
    Object.assign(rows['action']!, { visibility: action.visibility });
    const limits: GrantConstraints[] = [
      { owner: 'self' },
      { owner: 'none' },
      { pack_refs: ['ops'] },
      { pack_refs: [ann.login.replaceAll(/\W/g, '_')] },
      { owner_types: ['pack', 'identity'] },
      { owner_refs: ['ops'] },
      { visibility: ['public'] },
      { encrypted: true },
    ];
    const counts = [];
    for (const constraints of limits) {
      const grant: Grant = { resource: 'artifacts', actions: ['read'], constraints };
      const reader = principalWith(grant, { identityId: ann.id });
      counts.push(await expectAgreement(listArtifacts, 'artifacts:read', rows, reader));
    }

    expect(counts).toEqual([1, 2, 2, 0, 2, 1, 1, 0]);
  });

  it('of inquiries, by the run they belong to and by whom they are for', async () => {
    const { id: asked } = await makeIdentity(database.db);
    const mine = await makeInquiry(database.db, { assigned_to: asked });
    const other = await makeInquiry(database.db);
    const rows: Shown = {
      mine: { id: mine.id, ownerIdentityId: asked, executionId: mine.execution },
      other: { id: other.id, ownerIdentityId: null, executionId: other.execution },
    };
    const counts = [];
    for (const constraints of [
      { owner: 'self' },
      { owner: 'none' },
      { execution_scope: 'self' },
      { pack_refs: ['core'] },
    ] satisfies GrantConstraints[]) {
      const grant: Grant = { resource: 'inquiries', actions: ['read'], constraints };
      const reader = principalWith(grant, { identityId: asked, executionId: other.execution });
      counts.push(await expectAgreement(listInquiries, 'inquiries:read', rows, reader));
    }

    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('of executions, by the pack and the ref of their action, also when it lets another through', async () => {
    const refs = ['tools_1.run', 'toolsx1.run', 'tools_10.run', 'tools_1.stop'];
    const rows: Shown = {};
    for (const ref of refs) {
      const packRef = ref.slice(0, ref.indexOf('.'));
      await makeAction(database.db, { ref });
      const { id } = await makeExecution(database.db, { action_ref: ref });
      rows[ref] = { id, ref, packRef };
    }
    const limitedBy = (constraints: GrantConstraints): Grant => ({
      resource: 'executions',
      actions: ['read'],
      constraints,
    });
    const byPack = limitedBy({ pack_refs: ['tools_1'] });
    const byRef = limitedBy({ refs: ['tools_10.run'] });
    const byBoth = limitedBy({ pack_refs: ['tools_1', 'toolsx1'], refs: ['tools_1.stop'] });
    const counts = [];
    for (const grants of [[byPack], [byRef], [byBoth], [byPack, byRef, byBoth]]) {
      const ann = { ...principalWith(byPack), grants };
      counts.push(await expectAgreement(listExecutions, 'executions:read', rows, ann));
    }

    expect(counts).toEqual([2, 1, 1, 3]);
  });

  it('and nothing at all without a grant', async () => {
    const nobody = { kind: 'identity', tokenKind: 'access', identityId: 0, login: 'x', grants: [] } as const;
    const { items } = await listRules(
      database.db,
      { visible: grantFilter(nobody, 'rules:read') },
      { limit: 10 },
    );

    expect(items).toEqual([]);
  });
});
