import type { Grant } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import { allOf, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { PermissionSetRow } from '../schema/index.js';
import { packOf } from './reference.js';

export interface NewPermissionSet {
  ref: string;
  label?: string | null | undefined;
  description?: string | null | undefined;
  grants?: readonly Grant[] | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type PermissionSetPatch = Patch<Omit<NewPermissionSet, 'ref'>>;

export interface PermissionSetFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
}

export async function insertPermissionSet(
  db: Db,
  values: NewPermissionSet,
  by?: Authorship,
): Promise<PermissionSetRow> {
  return changeDefinition(db, 'permission_set', by, async (trx) => {
    const pack = await packOf(trx, 'permission_set', values.ref);
    return trx
      .insertInto('permission_set')
      .values(toInsert('permission_set', { ...values, ...pack }))
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

export async function findPermissionSet(db: Db, id: number): Promise<PermissionSetRow | undefined> {
  return db.selectFrom('permission_set').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findPermissionSetByRef(db: Db, ref: string): Promise<PermissionSetRow | undefined> {
  return db.selectFrom('permission_set').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getPermissionSet(db: Db, id: number): Promise<PermissionSetRow> {
  return orNotFound(await findPermissionSet(db, id), 'id', id);
}

export async function getPermissionSetByRef(db: Db, ref: string): Promise<PermissionSetRow> {
  return orNotFound(await findPermissionSetByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listPermissionSets(
  db: Db,
  filter: PermissionSetFilter,
  page: PageRequest,
): Promise<Page<PermissionSetRow>> {
  const query = db
    .selectFrom('permission_set')
    .selectAll()
    .where(
      allOf(
        matchesRef('permission_set.ref', filter.ref),
        matchesRef('permission_set.pack_ref', filter.pack_ref),
      ),
    );
  return fetchPage(query, byRef('permission_set'), page);
}

export async function updatePermissionSet(
  db: Db,
  id: number,
  patch: PermissionSetPatch,
  by?: Authorship,
): Promise<PermissionSetRow> {
  if (isEmptyPatch(patch)) return getPermissionSet(db, id);
  return changeDefinition(db, 'permission_set', by, async (trx) => {
    const row = await trx
      .updateTable('permission_set')
      .set({ ...toUpdate('permission_set', patch), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** With its assignments. */
export async function deletePermissionSet(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'permission_set', id);
}

function orNotFound(row: PermissionSetRow | undefined, field: string, value: unknown): PermissionSetRow {
  if (row === undefined) throw new NotFoundError('permission_set', field, value);
  return row;
}
