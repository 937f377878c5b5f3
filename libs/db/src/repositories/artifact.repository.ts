import type { ArtifactRetention, ArtifactType, ArtifactVisibility, OwnerType } from '@attune/domain';
import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, equals, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byAge, fetchPage } from '../page.js';
import type { ArtifactRow } from '../schema/index.js';

export interface NewArtifact {
  /** A name or a path; the same ref may occur many times. */
  ref: string;
  scope?: OwnerType | undefined;
  /** Ref or id of the owner; '' = none. */
  owner?: string | undefined;
  type: ArtifactType;
  visibility?: ArtifactVisibility | undefined;
  name?: string | null | undefined;
  description?: string | null | undefined;
  content_type?: string | null | undefined;
  data?: unknown;
  retention_policy?: ArtifactRetention | undefined;
  /** 0 and less: keep everything. */
  retention_limit?: number | undefined;
}

/** undefined keeps, null clears. */
export type ArtifactPatch = Patch<NewArtifact>;

export interface ArtifactFilter {
  /** `*` is a wildcard. */
  ref?: string | undefined;
  scope?: OwnerType | undefined;
  owner?: string | undefined;
  type?: ArtifactType | undefined;
  visibility?: ArtifactVisibility | undefined;
  retention_policy?: ArtifactRetention | undefined;
}

export async function insertArtifact(db: Db, values: NewArtifact): Promise<ArtifactRow> {
  return db
    .insertInto('artifact')
    .values(toInsert('artifact', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findArtifact(db: Db, id: number): Promise<ArtifactRow | undefined> {
  return db.selectFrom('artifact').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function getArtifact(db: Db, id: number): Promise<ArtifactRow> {
  return orNotFound(await findArtifact(db, id), id);
}

/** Newest first. Refs are not unique: to find by ref is to list. */
export async function listArtifacts(
  db: Db,
  filter: ArtifactFilter,
  page: PageRequest,
): Promise<Page<ArtifactRow>> {
  const conditions = allOf(
    matchesRef('artifact.ref', filter.ref),
    equals('artifact.scope', filter.scope),
    equals('artifact.owner', filter.owner),
    equals('artifact.type', filter.type),
    equals('artifact.visibility', filter.visibility),
    equals('artifact.retention_policy', filter.retention_policy),
  );
  return fetchPage(db.selectFrom('artifact').selectAll().where(conditions), byAge('artifact'), page);
}

export async function updateArtifact(db: Db, id: number, patch: ArtifactPatch): Promise<ArtifactRow> {
  if (isEmptyPatch(patch)) return getArtifact(db, id);
  const row = await db
    .updateTable('artifact')
    .set({ ...toUpdate('artifact', patch), updated: sql`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return orNotFound(row, id);
}

/** With its versions; their bytes are the caller's to remove. */
export async function deleteArtifact(db: Db, id: number): Promise<boolean> {
  const result = await db.deleteFrom('artifact').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

function orNotFound(row: ArtifactRow | undefined, id: number): ArtifactRow {
  if (row === undefined) throw new NotFoundError('artifact', 'id', id);
  return row;
}
