import { jsonDifferences, NotFoundError } from '@attune/domain';
import type { JsonDifference } from '@attune/domain';
import type { Db } from '../database.js';
import { between, equals } from '../filter.js';
import type { DefinitionType, DefinitionVersionRow } from '../schema/index.js';
import { listOf, tableOf } from '../table.js';

/** Which version of which definition; numbers count from 1 for each ref. */
export interface VersionNumber {
  entityType: DefinitionType;
  ref: string;
  version: number;
}

export interface DefinitionVersionFilter {
  entityType: DefinitionType;
  ref: string;
  /** Id of the identity that made the change. */
  author?: number | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

const versions = tableOf('definition_version');

/** By id, as executions and enforcements name the version they used. */
export const findDefinitionVersion = versions.find;

/** Newest first. */
export const listDefinitionVersions = listOf<DefinitionVersionRow, DefinitionVersionFilter>(
  'definition_version',
  {
    order: { columns: [{ name: 'definition_version.version', type: 'int4' }], direction: 'desc' },
    conditions: (filter) => [
      equals('definition_version.entity_type', filter.entityType),
      equals('definition_version.entity_ref', filter.ref),
      equals('definition_version.author', filter.author),
      between('definition_version.created', filter.created_after, filter.created_before),
    ],
  },
);

export async function getDefinitionVersion(db: Db, which: VersionNumber): Promise<DefinitionVersionRow> {
  const row = await db
    .selectFrom('definition_version')
    .selectAll()
    .where('entity_type', '=', which.entityType)
    .where('entity_ref', '=', which.ref)
    .where('version', '=', which.version)
    .executeTakeFirst();
  if (row === undefined)
    throw new NotFoundError(`version of ${which.entityType} ${which.ref}`, 'version', which.version);
  return row;
}

/** The one in force at a time; undefined when there was none yet. */
export async function findVersionInForce(
  db: Db,
  { entityType, ref, at }: Omit<VersionNumber, 'version'> & { at: Date },
): Promise<DefinitionVersionRow | undefined> {
  return db
    .selectFrom('definition_version')
    .selectAll()
    .where('entity_type', '=', entityType)
    .where('entity_ref', '=', ref)
    .where('created', '<=', at)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What the later of two versions says otherwise than the earlier, place by place. */
export async function diffDefinitionVersions(
  db: Db,
  { from, to, ...definition }: Omit<VersionNumber, 'version'> & { from: number; to: number },
): Promise<JsonDifference[]> {
  const before = await getDefinitionVersion(db, { ...definition, version: from });
  const after = await getDefinitionVersion(db, { ...definition, version: to });
  return jsonDifferences(before.content, after.content);
}
