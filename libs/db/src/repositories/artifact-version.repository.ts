import { MissingReferenceError, TransientError } from '@attune/domain';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { equals } from '../filter.js';
import { toJson, toNullableJson } from '../json.js';
import { byAge } from '../page.js';
import type { ArtifactVersionRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';
import { keptFor, lockArtifact, refreshArtifacts } from './artifact-upkeep.js';
import { findArtifact } from './artifact.repository.js';

/**
 * How long after its bytes were complete a version may be recorded. The sweep for orphans leaves alone what is younger
 * than a multiple of it, so bytes that it removes get no row any more, however long a process was held up.
 */
const recordWithin = '10 minutes';

interface VersionDetails {
  artifact: number;
  execution?: number | null | undefined;
  /** Left out = that of the artifact. */
  content_type?: string | null | undefined;
  meta?: Record<string, unknown> | null | undefined;
  created_by?: string | null | undefined;
}

/** Content is JSON in the row, any value, null included. Its size is that of its text. */
export interface NewJsonVersion extends VersionDetails {
  content_json: unknown;
}

/** Or it is bytes that the artifact storage holds already. */
export interface NewStoredVersion extends VersionDetails {
  storage_key: string;
  size_bytes: number;
  /** SHA-256, hexadecimal. */
  checksum: string;
  /** When the bytes were complete. */
  stored_at: Date;
}

export type NewArtifactVersion = NewJsonVersion | NewStoredVersion;

/** Content is not read for lists. */
export type ArtifactVersionSummary = Omit<ArtifactVersionRow, 'content_json'>;

const summaryColumns = [
  'id',
  'artifact',
  'version',
  'execution',
  'content_type',
  'size_bytes',
  'checksum',
  'storage_key',
  'meta',
  'created_by',
  'created',
] as const;

const versions = tableOf('artifact_version');

/* The number is drawn from the artifact's row, which the update locks: consecutive under concurrency. */
const insertStatement = statement<ArtifactVersionRow>(
  'insert_artifact_version',
  `with numbered as (
  update attune.artifact a set last_version = a.last_version + 1, updated = now(),
    size_bytes = $4::bigint, content_type = coalesce($3::text, a.content_type),
    retention_due_at = case
      when a.retention_limit <= 0 then null
      when a.retention_policy <> 'versions' then least(a.retention_due_at, now() + ${keptFor})
      when a.last_version >= a.retention_limit then least(a.retention_due_at, now())
      else a.retention_due_at
    end
  where a.id = $1::bigint
    and ($10::timestamptz is null or $10::timestamptz > clock_timestamp() - interval '${recordWithin}')
  returning a.id, a.last_version, a.content_type
)
insert into attune.artifact_version (
  artifact, version, execution, content_type, size_bytes, checksum, content_json, storage_key, meta, created_by
)
select id, last_version, $2::bigint, content_type, $4::bigint, $5::text, $6::jsonb, $7::text, $8::jsonb, $9::text
from numbered
returning *`,
);

const namedStatement = statement<{ storage_key: string }>(
  'find_named_storage_keys',
  `select v.storage_key from attune.artifact_version v where v.storage_key = any($1::text[])`,
);

/**
 * The next version, and the artifact's size and type after it. One statement. MissingReferenceError without the
 * artifact; TransientError when the bytes have waited too long for their row and have to be stored again.
 */
export async function insertArtifactVersion(db: Db, values: NewArtifactVersion): Promise<ArtifactVersionRow> {
  const content = contentOf(values);
  const [row] = await insertStatement.run(db, [
    values.artifact,
    values.execution,
    values.content_type,
    content.size_bytes,
    content.checksum,
    content.content_json,
    content.storage_key,
    toNullableJson(values.meta),
    values.created_by,
    content.stored_at,
  ]);
  if (row !== undefined) return row;
  if ((await findArtifact(db, values.artifact)) === undefined)
    throw new MissingReferenceError('artifact_version', 'artifact', values.artifact);
  throw new TransientError(
    `cannot record a version of artifact ${values.artifact}: its bytes were stored more than ${recordWithin} ago`,
  );
}

export const findArtifactVersion = versions.find;

export const getArtifactVersion = versions.get;

export async function findArtifactVersionByNumber(
  db: Db,
  artifactId: number,
  version: number,
): Promise<ArtifactVersionRow | undefined> {
  return db
    .selectFrom('artifact_version')
    .selectAll()
    .where('artifact', '=', artifactId)
    .where('version', '=', version)
    .executeTakeFirst();
}

export async function findLatestArtifactVersion(
  db: Db,
  artifactId: number,
): Promise<ArtifactVersionRow | undefined> {
  return db
    .selectFrom('artifact_version')
    .selectAll()
    .where('artifact', '=', artifactId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Those of an artifact, newest first. */
export const listArtifactVersions = listOf<
  ArtifactVersionSummary,
  { artifact: number; execution?: number | undefined }
>('artifact_version', {
  order: { columns: [{ name: 'artifact_version.version', type: 'int4' }], direction: 'desc' },
  conditions: ({ artifact, execution }) => [
    equals('artifact_version.artifact', artifact),
    equals('artifact_version.execution', execution),
  ],
  columns: summaryColumns,
});

/** Those that an execution made, of all artifacts, newest first. */
export const listArtifactVersionsOfExecution = listOf<ArtifactVersionSummary, { execution: number }>(
  'artifact_version',
  {
    order: byAge('artifact_version'),
    conditions: ({ execution }) => [equals('artifact_version.execution', execution)],
    columns: summaryColumns,
  },
);

/**
 * The artifact says size and type of the newest that remains; its number is never given again. The bytes stay in the
 * storage, where the sweep for orphans finds them.
 */
export async function deleteArtifactVersion(db: Db, artifactId: number, version: number): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    await lockArtifact(trx, artifactId);
    const result = await trx
      .deleteFrom('artifact_version')
      .where('artifact', '=', artifactId)
      .where('version', '=', version)
      .executeTakeFirst();
    const deleted = result.numDeletedRows > 0n;
    if (deleted) await refreshArtifacts(trx, { locked: [artifactId], changed: [artifactId] });
    return deleted;
  });
}

/** The keys of all bytes of an artifact. */
export async function listStorageKeys(db: Db, artifactId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('artifact_version')
    .select('storage_key')
    .where('artifact', '=', artifactId)
    .where('storage_key', 'is not', null)
    .$narrowType<{ storage_key: string }>()
    .execute();
  return rows.map((row) => row.storage_key);
}

/** Which of these keys a version names. */
export async function findNamedStorageKeys(db: Db, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await namedStatement.run(db, [[...keys]]);
  return new Set(rows.map((row) => row.storage_key));
}

function contentOf(values: NewArtifactVersion) {
  if ('storage_key' in values) return { ...values, content_json: null };
  const content_json = values.content_json === undefined ? null : toJson(values.content_json);
  const size_bytes = Buffer.byteLength(content_json ?? '');
  return { content_json, size_bytes, checksum: null, storage_key: null, stored_at: null };
}
