import { grantSchema, readableEntities, readPermission } from '@attune/domain';
import type { Grant, GrantConstraints, Principal } from '@attune/domain';
import type { NoticeChange } from '@attune/mq';
import { mayRead } from './may-read.js';

const reader = (...grants: Grant[]): Principal => ({
  kind: 'execution',
  tokenKind: 'execution',
  identityId: 7,
  login: 'ada',
  grants,
  executionId: 2,
});

/** A row that every one of the limits below lets through. */
const own: Omit<NoticeChange, 'entityType'> = {
  entityId: 4,
  change: 'updated',
  ref: 'core.echo',
  packRef: 'core',
  root: 2,
  execution: 2,
  identityId: 7,
  ownerType: 'pack',
  ownerRef: 'core',
  visibility: 'public',
  encrypted: true,
};
const foreign: typeof own = {
  entityId: 5,
  change: 'updated',
  ref: 'other.thing',
  packRef: 'other',
  root: 3,
  execution: 3,
  identityId: 8,
  ownerType: 'system',
  ownerRef: 'other',
  visibility: 'private',
  encrypted: false,
};

const limits: readonly GrantConstraints[] = [
  { pack_refs: ['core'] },
  { refs: ['core.echo'] },
  { ids: [4] },
  { owner: 'self' },
  { owner_types: ['pack'] },
  { owner_refs: ['core'] },
  { visibility: ['public'] },
  { encrypted: true },
  { execution_scope: 'descendants' },
];

const cases = readableEntities.flatMap((entityType) => {
  const [resource, action] = (readPermission(entityType) ?? '').split(':');
  return limits.flatMap((constraints) => {
    const grant = grantSchema.safeParse({ resource, actions: [action], constraints });
    return grant.success ? [{ entityType, limit: JSON.stringify(constraints), grant: grant.data }] : [];
  });
});

test('every kind of row has a limit to be tried', () => {
  expect([...new Set(cases.map(({ entityType }) => entityType))]).toEqual(readableEntities);
});

test.each(cases)('of kind $entityType, $limit lets through its rows alone', ({ entityType, grant }) => {
  const says = (row: typeof own) => mayRead(reader(grant), { entityType, ...row });
  const mute = { entityId: 6, change: 'updated' as const };
  expect({ own: says(own), foreign: says(foreign), mute: says(mute) }).toEqual({
    own: true,
    foreign: false,
    mute: false,
  });
});

test.each(readableEntities)('of kind %s, its own permission and no other lets through', (entityType) => {
  const others = readableEntities.map(readPermission).filter((other) => other !== readPermission(entityType));
  const grantOf = (permission = ''): Grant => {
    const [resource, action] = permission.split(':') as [Grant['resource'], string];
    return { resource, actions: [action] };
  };
  const change = { entityType, ...own };
  expect(mayRead(reader(grantOf(readPermission(entityType))), change)).toBe(true);
  expect(mayRead(reader(...others.map(grantOf)), change)).toBe(false);
  expect(mayRead(reader(), change)).toBe(false);
});

test('an execution token limited to its own run is told of that run and not of those below', () => {
  const grant: Grant = {
    resource: 'executions',
    actions: ['read'],
    constraints: { execution_scope: 'self' },
  };
  const of = (entityType: string, entityId: number) =>
    mayRead(reader(grant), { entityType, entityId, change: 'updated', root: 2, parent: 2 });
  expect([of('execution', 2), of('execution_log', 2), of('execution', 9)]).toEqual([true, true, false]);
});

test('one limited to the runs below it is told of its children also deep in a tree', () => {
  const grant: Grant = {
    resource: 'executions',
    actions: ['read'],
    constraints: { execution_scope: 'descendants' },
  };
  const child = { entityType: 'execution', entityId: 9, change: 'updated' as const, root: 1 };
  expect(mayRead(reader(grant), { ...child, parent: 2 })).toBe(true);
  expect(mayRead(reader(grant), { ...child, parent: 3 })).toBe(false);
});

test.each(['master_key', 'toString', '__proto__', 'session'])('rows of kind %s are for nobody', (kind) => {
  const grants = (['executions', 'system', 'keys', 'identities'] as const).map((resource): Grant => ({
    resource,
    actions: ['read', 'manage'],
  }));
  expect(mayRead(reader(...grants), { entityType: kind, ...own })).toBe(false);
});
