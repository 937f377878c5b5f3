import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import { changeDefinition, deleteDefinition } from '../definition.js';
import { allOf, contains, containsWords, equals, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byRef, fetchPage } from '../page.js';
import type { PackDependency, PackRow } from '../schema/index.js';

export interface NewPack {
  ref: string;
  label: string;
  description?: string | null | undefined;
  /** Semver. */
  version: string;
  author?: string | null | undefined;
  email?: string | null | undefined;
  /** Range of Attune versions it works with. */
  attune_version?: string | null | undefined;
  conf_schema?: Record<string, unknown> | undefined;
  config?: Record<string, unknown> | undefined;
  meta?: Record<string, unknown> | undefined;
  tags?: readonly string[] | undefined;
  runtime_deps?: readonly string[] | undefined;
  dependencies?: readonly PackDependency[] | undefined;
  is_standard?: boolean | undefined;
  source_type?: string | null | undefined;
  source_url?: string | null | undefined;
  source_ref?: string | null | undefined;
  checksum?: string | null | undefined;
  checksum_verified?: boolean | undefined;
  content_hash?: string | null | undefined;
  storage_path?: string | null | undefined;
  installation_method?: string | null | undefined;
  installed_at?: Date | null | undefined;
  installed_by?: number | null | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type PackPatch = Patch<Omit<NewPack, 'ref'>>;

export interface PackFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  tag?: string | undefined;
  is_standard?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
}

export async function insertPack(db: Db, values: NewPack, by?: Authorship): Promise<PackRow> {
  return changeDefinition(db, 'pack', by, async (trx) => {
    return trx.insertInto('pack').values(toInsert('pack', values)).returningAll().executeTakeFirstOrThrow();
  });
}

export async function findPack(db: Db, id: number): Promise<PackRow | undefined> {
  return db.selectFrom('pack').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findPackByRef(db: Db, ref: string): Promise<PackRow | undefined> {
  return db.selectFrom('pack').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function getPack(db: Db, id: number): Promise<PackRow> {
  return orNotFound(await findPack(db, id), 'id', id);
}

export async function getPackByRef(db: Db, ref: string): Promise<PackRow> {
  return orNotFound(await findPackByRef(db, ref), 'ref', ref);
}

/** By ref. */
export async function listPacks(db: Db, filter: PackFilter, page: PageRequest): Promise<Page<PackRow>> {
  const query = db
    .selectFrom('pack')
    .selectAll()
    .where(
      allOf(
        matchesRef('pack.ref', filter.ref),
        contains('pack.tags', filter.tag),
        equals('pack.is_standard', filter.is_standard),
        containsWords(['pack.ref', 'pack.label', 'pack.description'], filter.search),
      ),
    );
  return fetchPage(query, byRef('pack'), page);
}

export async function updatePack(db: Db, id: number, patch: PackPatch, by?: Authorship): Promise<PackRow> {
  if (isEmptyPatch(patch)) return getPack(db, id);
  return changeDefinition(db, 'pack', by, async (trx) => {
    const row = await trx
      .updateTable('pack')
      .set({ ...toUpdate('pack', patch), updated: sql`now()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return orNotFound(row, 'id', id);
  });
}

/** With all its components; refused while components of other packs use its runtimes. */
export async function deletePack(db: Db, id: number): Promise<boolean> {
  return deleteDefinition(db, 'pack', id);
}

function orNotFound(row: PackRow | undefined, field: string, value: unknown): PackRow {
  if (row === undefined) throw new NotFoundError('pack', field, value);
  return row;
}
