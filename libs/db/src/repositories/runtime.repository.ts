import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import type { Condition } from '../filter.js';
import { allOf, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { RuntimeRow } from '../schema/index.js';
import { packOf } from './reference.js';

export interface NewRuntime {
  ref: string;
  name: string;
  aliases?: readonly string[] | undefined;
  description?: string | null | undefined;
  distributions?: Record<string, unknown> | undefined;
  installation?: unknown;
  installers?: readonly unknown[] | undefined;
  execution_config?: Record<string, unknown> | undefined;
  auto_detected?: boolean | undefined;
  detection_config?: Record<string, unknown> | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type RuntimePatch = Patch<Omit<NewRuntime, 'ref'>>;

export interface RuntimeFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  /** Case does not matter; aliases count. */
  name?: string | undefined;
}

export async function insertRuntime(db: Db, values: NewRuntime, by?: Authorship): Promise<RuntimeRow> {
  return changeDefinition(db, 'runtime', by, async (trx) => {
    const pack = await packOf(trx, 'runtime', values.ref);
    return trx
      .insertInto('runtime')
      .values(toInsert('runtime', { ...values, ...pack }))
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

export async function findRuntime(db: Db, id: number): Promise<RuntimeRow | undefined> {
  return db.selectFrom('runtime').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findRuntimeByRef(db: Db, ref: string): Promise<RuntimeRow | undefined> {
  return db.selectFrom('runtime').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getRuntime(db: Db, id: number): Promise<RuntimeRow> {
  return orNotFound(await findRuntime(db, id), 'id', id);
}

export async function getRuntimeByRef(db: Db, ref: string): Promise<RuntimeRow> {
  return orNotFound(await findRuntimeByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listRuntimes(
  db: Db,
  filter: RuntimeFilter,
  page: PageRequest,
): Promise<Page<RuntimeRow>> {
  const query = db
    .selectFrom('runtime')
    .selectAll()
    .where(
      allOf(
        matchesRef('runtime.ref', filter.ref),
        matchesRef('runtime.pack_ref', filter.pack_ref),
        hasName(filter.name),
      ),
    );
  return fetchPage(query, byRef('runtime'), page);
}

export async function updateRuntime(
  db: Db,
  id: number,
  patch: RuntimePatch,
  by?: Authorship,
): Promise<RuntimeRow> {
  if (isEmptyPatch(patch)) return getRuntime(db, id);
  return changeDefinition(db, 'runtime', by, async (trx) => {
    const row = await trx
      .updateTable('runtime')
      .set({ ...toUpdate('runtime', patch), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** Refused while an action or a sensor uses it. */
export async function deleteRuntime(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'runtime', id);
}

function hasName(name: string | undefined): Condition {
  if (name === undefined) return undefined;
  return sql<boolean>`(lower(runtime.name) = ${name.toLowerCase()} or ${name.toLowerCase()} = any(runtime.aliases))`;
}

function orNotFound(row: RuntimeRow | undefined, field: string, value: unknown): RuntimeRow {
  if (row === undefined) throw new NotFoundError('runtime', field, value);
  return row;
}
