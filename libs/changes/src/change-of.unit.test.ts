import { authorize, grantSchema, ownerTypes, readableEntities, readPermission } from '@attune/domain';
import type { Grant, GrantConstraints, Permission, Principal } from '@attune/domain';
import { changeOf } from './change-of.js';
import type { ChangedResource } from './change-of.js';
import { mayRead } from './may-read.js';

const readerOf = (grant: Grant): Principal => ({
  kind: 'identity',
  tokenKind: 'access',
  identityId: 7,
  login: 'ada',
  grants: [grant, { resource: 'packs', actions: ['read'], constraints: { pack_refs: ['core'] } }],
  executionId: 2,
});

/** All but `owner: none`: that nobody owns a row is not told, so that it lets nothing through. */
const limits: readonly (GrantConstraints | undefined)[] = [
  undefined,
  { pack_refs: ['core'] },
  { refs: ['core.echo'] },
  { ids: [4] },
  { owner: 'self' },
  { owner: 'any' },
  { owner_types: ['pack'] },
  { owner_refs: ['core'] },
  { visibility: ['public'] },
  { encrypted: true },
  { encrypted: false },
  { execution_scope: 'self' },
];

/** Rows that differ in all that grants look at, one thing at a time or several. */
const rows: readonly (ChangedResource & { executionId: number })[] = ownerTypes.flatMap((ownerType) =>
  [7, 8, null].flatMap((ownerIdentityId) =>
    (['public', 'private'] as const).flatMap((visibility) =>
      ['core', 'other', null].map((packRef, index) => ({
        id: 4 + index,
        ref: index === 0 ? 'core.echo' : 'other.echo',
        packRef,
        ownerIdentityId,
        ownerType,
        ownerRef: packRef,
        visibility,
        encrypted: index === 1,
        executionId: 2 + index,
      })),
    ),
  ),
);

const cases = readableEntities.flatMap((entityType) => {
  const permission = readPermission(entityType) as Permission;
  const [resource, action] = permission.split(':');
  return limits.flatMap((constraints) => {
    const grant = grantSchema.safeParse({ resource, actions: [action], constraints });
    return grant.success
      ? [{ entityType, permission, limit: JSON.stringify(constraints), grant: grant.data }]
      : [];
  });
});

test.each(cases)(
  'what is told of a $entityType lets through within $limit whom the row does',
  ({ entityType, permission, grant }) => {
    const reader = readerOf(grant);
    const isRun = entityType === 'execution' || entityType === 'execution_log';
    const told = rows.map((row) => (isRun ? { ...row, id: row.executionId } : row));
    expect(told.map((row) => mayRead(reader, changeOf(entityType, 'updated', row)))).toEqual(
      told.map((row) => authorize(reader, permission, row).allowed),
    );
  },
);

test('nothing else of a row is told', () => {
  const row = { id: 4, ref: 'core.secret', encrypted: true, value: 'hush', name: 'secret' };
  expect(changeOf('key', 'created', row)).toEqual({
    entityType: 'key',
    entityId: 4,
    change: 'created',
    ref: 'core.secret',
    encrypted: true,
  });
});
