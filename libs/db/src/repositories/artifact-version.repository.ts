import { MissingReferenceError } from '@attune/domain';
import type { Db } from '../database.js';
import { allOf, equals } from '../filter.js';
import { toNullableJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { fetchPage } from '../page.js';
import type { ArtifactVersionRow } from '../schema/index.js';
import { statement } from '../statement.js';

/** Content is JSON in the row, or bytes that the artifact storage holds already: exactly one of both. */
export interface NewArtifactVersion {
  artifact: number;
  execution?: number | null | undefined;
  content_type?: string | null | undefined;
  size_bytes?: number | null | undefined;
  checksum?: string | null | undefined;
  content_json?: unknown;
  storage_key?: string | null | undefined;
  meta?: Record<string, unknown> | null | undefined;
  created_by?: string | null | undefined;
}

/* The number is drawn from the artifact's row, which the update locks: consecutive under concurrency. */
const insertStatement = statement<ArtifactVersionRow>(
  'insert_artifact_version',
  `with numbered as (
  update attune.artifact a set last_version = a.last_version + 1, updated = now(),
    size_bytes = $4::bigint, content_type = coalesce($3::text, a.content_type)
  where a.id = $1::bigint
  returning a.id, a.last_version
)
insert into attune.artifact_version (
  artifact, version, execution, content_type, size_bytes, checksum, content_json, storage_key, meta, created_by
)
select id, last_version, $2::bigint, $3::text, $4::bigint, $5::text, $6::jsonb, $7::text, $8::jsonb, $9::text
from numbered
returning *`,
);

/** The next version, and the artifact's size and type after it. One statement. */
export async function insertArtifactVersion(db: Db, values: NewArtifactVersion): Promise<ArtifactVersionRow> {
  const [row] = await insertStatement.run(db, [
    values.artifact,
    values.execution,
    values.content_type,
    values.size_bytes,
    values.checksum,
    toNullableJson(values.content_json),
    values.storage_key,
    toNullableJson(values.meta),
    values.created_by,
  ]);
  if (row === undefined) throw new MissingReferenceError('artifact_version', 'artifact', values.artifact);
  return row;
}

/** The latest when no number is given. */
export async function findArtifactVersion(
  db: Db,
  artifactId: number,
  version?: number,
): Promise<ArtifactVersionRow | undefined> {
  return db
    .selectFrom('artifact_version')
    .selectAll()
    .where(
      allOf(equals('artifact_version.artifact', artifactId), equals('artifact_version.version', version)),
    )
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Newest first. */
export async function listArtifactVersions(
  db: Db,
  artifactId: number,
  page: PageRequest,
): Promise<Page<ArtifactVersionRow>> {
  const query = db
    .selectFrom('artifact_version')
    .selectAll()
    .where(allOf(equals('artifact_version.artifact', artifactId)));
  const columns = [{ name: 'artifact_version.version', type: 'int4' }] as const;
  return fetchPage(query, { columns, direction: 'desc' }, page);
}

/** The row only; the bytes under its `storage_key` are the caller's to remove. */
export async function deleteArtifactVersion(db: Db, artifactId: number, version: number): Promise<boolean> {
  const result = await db
    .deleteFrom('artifact_version')
    .where('artifact', '=', artifactId)
    .where('version', '=', version)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
