import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Condition } from '../filter.js';
import { allOf, equals } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byAge, fetchPage } from '../page.js';
import { permissionSetId } from '../reference.js';
import type { PermissionAssignmentRow } from '../schema/index.js';
import { tableOf } from '../table.js';
import type { Limited } from '../visible.js';
import { isVisible } from '../visible.js';

/** With the names that people know. */
export type PermissionAssignment = PermissionAssignmentRow & { login: string; permission_set_ref: string };

export interface NewPermissionAssignment {
  identity: number;
  permission_set_ref: string;
}

export interface PermissionAssignmentFilter {
  identity?: number | undefined;
  permission_set_ref?: string | undefined;
}

const assignments = tableOf('permission_assignment');

/** Those of the set. */
const limits = { id: 'permission_set.id', ref: 'permission_set.ref' };

/** ConflictError when it is assigned already. */
export async function insertPermissionAssignment(
  db: Db,
  { identity, permission_set_ref }: NewPermissionAssignment,
): Promise<PermissionAssignmentRow> {
  const permset = await permissionSetId(db, 'permission_assignment', permission_set_ref);
  return assignments.insert(db, { identity, permset });
}

/** Idempotent. */
export async function assignPermissionSet(
  db: Db,
  identityId: number,
  permissionSetRef: string,
): Promise<PermissionAssignmentRow> {
  const permset = await permissionSetId(db, 'permission_assignment', permissionSetRef);
  return db
    .insertInto('permission_assignment')
    .values({ identity: identityId, permset })
    .onConflict((conflict) => conflict.columns(['identity', 'permset']).doUpdateSet({ permset }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findPermissionAssignment(
  db: Db,
  id: number,
): Promise<PermissionAssignment | undefined> {
  return named(db).where('permission_assignment.id', '=', id).executeTakeFirst();
}

export async function getPermissionAssignment(db: Db, id: number): Promise<PermissionAssignment> {
  const row = await findPermissionAssignment(db, id);
  if (row === undefined) throw new NotFoundError('permission_assignment', 'id', id);
  return row;
}

/** Newest first. */
export async function listPermissionAssignments(
  db: Db,
  filter: PermissionAssignmentFilter & Limited,
  page: PageRequest,
): Promise<Page<PermissionAssignment>> {
  const conditions = allOf(
    equals('permission_assignment.identity', filter.identity),
    isOfSet(filter.permission_set_ref),
    isVisible(filter.visible, limits),
  );
  return fetchPage(named(db).where(conditions), byAge('permission_assignment'), page);
}

export const deletePermissionAssignment = assignments.delete;

/** false when it was not assigned. */
export async function unassignPermissionSet(
  db: Db,
  identityId: number,
  permissionSetRef: string,
): Promise<boolean> {
  const result = await db
    .deleteFrom('permission_assignment')
    .where('identity', '=', identityId)
    .where('permset', '=', ({ selectFrom }) =>
      selectFrom('permission_set').select('id').where('ref', '=', permissionSetRef),
    )
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

function named(db: Db) {
  return db
    .selectFrom('permission_assignment')
    .innerJoin('identity', 'identity.id', 'permission_assignment.identity')
    .innerJoin('permission_set', 'permission_set.id', 'permission_assignment.permset')
    .selectAll('permission_assignment')
    .select(['identity.login', 'permission_set.ref as permission_set_ref']);
}

/** A subquery and no condition on the joined table: so the index gives the order, too. */
function isOfSet(ref: string | undefined): Condition {
  if (ref === undefined) return undefined;
  return sql<boolean>`permission_assignment.permset = (select id from attune.permission_set where ref = ${ref})`;
}
