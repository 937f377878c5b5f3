import type { ArtifactRetention, ArtifactType, ArtifactVisibility, OwnerType } from '@attune/domain';
import { InvalidStateError } from '@attune/domain';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import type { Db, Trx } from '../database.js';
import type { Condition } from '../filter.js';
import { allOf, equals, escapeLike, hasWords, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byAge } from '../page.js';
import type { ArtifactRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';
import type { LimitColumns, Limited } from '../visible.js';
import { isVisible } from '../visible.js';

/** The part of a ref that its index knows, in characters. */
const indexedRefLength = 255;
/** Each append writes the whole list anew. */
const maxProgressEntries = 10_000;

export interface NewArtifact {
  /** A name or a path; the same ref may occur many times. */
  ref: string;
  scope?: OwnerType | undefined;
  /**
   * Ref of the owner (an identity's login), never its id: an owner installed again finds its artifacts. It need not
   * exist: outputs of an action outlive it. '' = none.
   */
  owner?: string | undefined;
  type: ArtifactType;
  visibility?: ArtifactVisibility | undefined;
  name?: string | null | undefined;
  description?: string | null | undefined;
  /** Until the first version says its own. */
  content_type?: string | null | undefined;
  data?: unknown;
  retention_policy?: ArtifactRetention | undefined;
  /** 0 and less: keep everything. */
  retention_limit?: number | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type ArtifactPatch = Patch<Omit<NewArtifact, 'ref'>>;

export interface ArtifactFilter {
  /** `*` is a wildcard. */
  ref?: string | undefined;
  scope?: OwnerType | undefined;
  owner?: string | undefined;
  type?: ArtifactType | undefined;
  visibility?: ArtifactVisibility | undefined;
  retention_policy?: ArtifactRetention | undefined;
  /** Has a version that this execution made. */
  execution?: number | undefined;
  /** Words that must all occur in ref, name or description. */
  search?: string | undefined;
}

const artifacts = tableOf('artifact');

/** As its index has it. */
const [ref, name, description] = ['ref', 'name', 'description'].map((column) =>
  sql.ref(`artifact.${column}`),
);
const searched = sql`(${ref} || ' ' || coalesce(${name}, '') || ' ' || coalesce(${description}, ''))`;

const indexedRef = sql`left(${sql.ref('artifact.ref')}, ${sql.lit(indexedRefLength)})`;

const packOfOwner = sql`case when artifact.scope in ('pack', 'action', 'sensor')
  then split_part(artifact.owner, '.', 1) end`;

const limits: LimitColumns = {
  id: 'artifact.id',
  ref: 'artifact.ref',
  packRef: packOfOwner,
  owner: isOwnedBy,
  ownerType: 'artifact.scope',
  ownerRef: 'artifact.owner',
  visibility: 'artifact.visibility',
};

const appendStatement = statement<ArtifactRow>(
  'append_artifact_progress',
  `update attune.artifact a
set data = coalesce(a.data, '[]'::jsonb) || jsonb_build_array($2::jsonb), updated = now()
where a.id = $1::bigint and a.type = 'progress'
  and case jsonb_typeof(a.data) when 'array' then jsonb_array_length(a.data) < ${maxProgressEntries}
    else a.data is null end
returning a.*`,
);

export async function insertArtifact(db: Db, values: NewArtifact): Promise<ArtifactRow> {
  return artifacts.insert(db, values);
}

/** Refs are not unique: the newest artifact of this ref among those that are visible. */
export async function findArtifactByRef(
  db: Db,
  ref: string,
  { visible }: Limited = {},
): Promise<ArtifactRow | undefined> {
  return db
    .selectFrom('artifact')
    .selectAll()
    .where(allOf(hasRef(ref), isVisible(visible, limits)))
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/**
 * The same, or a new one when there is none. Of those that ask for a ref at once one makes it: they come one after the
 * other, until their transactions end.
 */
export async function ensureArtifact(
  trx: Trx,
  values: NewArtifact,
  limited: Limited = {},
): Promise<{ artifact: ArtifactRow; created: boolean }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`artifact:${values.ref}`}, 0))`.execute(trx);
  const found = await findArtifactByRef(trx, values.ref, limited);
  if (found !== undefined) return { artifact: found, created: false };
  return { artifact: await insertArtifact(trx, values), created: true };
}

export const findArtifact = artifacts.find;

export const getArtifact = artifacts.get;

/** Newest first. Refs are not unique: to find by ref is to list. */
export const listArtifacts = listOf<ArtifactRow, ArtifactFilter>('artifact', {
  order: byAge('artifact'),
  limits,
  conditions: (filter) => [
    matchesLongRef(filter.ref),
    equals('artifact.scope', filter.scope),
    equals('artifact.owner', filter.owner),
    equals('artifact.type', filter.type),
    equals('artifact.visibility', filter.visibility),
    equals('artifact.retention_policy', filter.retention_policy),
    madeBy(filter.execution),
    hasWords(searched, filter.search),
  ],
});

/** Another retention has retention look at the artifact anew. */
export async function updateArtifact(db: Db, id: number, patch: ArtifactPatch): Promise<ArtifactRow> {
  const { retention_policy, retention_limit } = patch;
  if (retention_policy === undefined && retention_limit === undefined) return artifacts.update(db, id, patch);
  return artifacts.update(db, id, { ...patch, retention_due_at: sql`now()` });
}

/** With its versions. Their bytes stay in the storage, where the sweep for orphans finds them. */
export const deleteArtifact = artifacts.delete;

/**
 * Adds an entry, usually `{percent, message}`, to the list in `data`. None is lost, however many are added at once.
 * InvalidStateError unless the artifact is of type progress and has room for it.
 */
export async function appendArtifactProgress(db: Db, id: number, entry: unknown): Promise<ArtifactRow> {
  const [row] = await appendStatement.run(db, [id, toJson(entry)]);
  if (row !== undefined) return row;
  const { type } = await getArtifact(db, id);
  const reason =
    type === 'progress'
      ? `its data is not a list of fewer than ${maxProgressEntries} entries`
      : `it is of type ${type}`;
  throw new InvalidStateError(`cannot append progress to artifact ${id}: ${reason}`);
}

/** The index knows where refs begin. */
function matchesLongRef(pattern: string | undefined): Condition {
  if (pattern?.includes('*') !== true) return hasRef(pattern);
  const [beginning = ''] = pattern.split('*');
  const begins = sql<boolean>`${indexedRef} like ${`${escapeLike(indexedPart(beginning))}%`}`;
  return allOf(begins, matchesRef('artifact.ref', pattern));
}

/** Without wildcards. */
function hasRef(text: string | undefined): Condition {
  if (text === undefined) return undefined;
  return allOf(sql<boolean>`${indexedRef} = ${indexedPart(text)}`, equals('artifact.ref', text));
}

function indexedPart(text: string): string {
  return Array.from(text).slice(0, indexedRefLength).join('');
}

function madeBy(execution: number | undefined): Condition {
  if (execution === undefined) return undefined;
  return sql<boolean>`exists (
    select from attune.artifact_version v where v.artifact = ${sql.ref('artifact.id')} and v.execution = ${execution})`;
}

/** Identities own by login; whatever else owns it, no identity does. */
function isOwnedBy(identityId: number | null): RawBuilder<boolean> {
  if (identityId === null) return sql<boolean>`artifact.scope <> 'identity'`;
  return sql<boolean>`artifact.scope = 'identity'
    and artifact.owner = (select identity.login from attune.identity where identity.id = ${identityId})`;
}
