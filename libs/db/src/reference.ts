import { MissingReferenceError, splitRef } from '@attune/domain';
import type { Db } from './database.js';

export type Referable = 'pack' | 'runtime' | 'sensor' | 'trigger' | 'action' | 'rule';

/** An id and its text twin, as the columns `<table>` and `<table>_ref` take them. */
type Twin<Table extends Referable, Value> = Record<Table, Value> & Record<`${Table}_ref`, string>;

/**
 * The only place where id columns and their text twins are made: from the ref, which must exist. `entity` is
 * the table that refers, for the error.
 */
export async function twinOf<Table extends Referable>(
  db: Db,
  entity: string,
  table: Table,
  ref: string,
): Promise<Twin<Table, number>> {
  const row = await db.selectFrom<Referable>(table).select('id').where('ref', '=', ref).executeTakeFirst();
  if (row === undefined) throw new MissingReferenceError(entity, `${table}_ref`, ref);
  return { [table]: row.id, [`${table}_ref`]: ref } as Twin<Table, number>;
}

/** For references that a patch may leave alone (undefined) or clear (null). */
export async function optionalTwinOf<Table extends Referable>(
  db: Db,
  entity: string,
  table: Table,
  ref: string | null | undefined,
): Promise<Partial<Twin<Table, number>> | Record<Table | `${Table}_ref`, null>> {
  if (ref === undefined) return {};
  if (ref === null) return { [table]: null, [`${table}_ref`]: null } as Record<Table | `${Table}_ref`, null>;
  return twinOf(db, entity, table, ref);
}

/** A component belongs to the pack its ref begins with. */
export async function packOf(db: Db, entity: string, ref: string): Promise<Twin<'pack', number>> {
  return twinOf(db, entity, 'pack', splitRef(ref).pack);
}

/** Assignments and roles name a permission set by ref; they go with it, so they keep only its id. */
export async function permissionSetId(db: Db, entity: string, ref: string): Promise<number> {
  const row = await db.selectFrom('permission_set').select('id').where('ref', '=', ref).executeTakeFirst();
  if (row === undefined) throw new MissingReferenceError(entity, 'permission_set_ref', ref);
  return row.id;
}
