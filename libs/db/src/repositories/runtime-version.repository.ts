import { MissingReferenceError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toInsert } from '../columns.js';
import type { Db, Trx } from '../database.js';
import { inTransaction } from '../database.js';
import { equals, matchesRef } from '../filter.js';
import type { Keyset } from '../page.js';
import type { RuntimeVersionRow } from '../schema/index.js';
import { listOf, tableOf } from '../table.js';

export interface NewRuntimeVersion {
  runtime_ref: string;
  version: string;
  /** Parts that are not numbers are left out. */
  version_major?: number | null | undefined;
  version_minor?: number | null | undefined;
  version_patch?: number | null | undefined;
  execution_config?: Record<string, unknown> | undefined;
  distributions?: Record<string, unknown> | undefined;
  /** There is one default at most: the one before loses it. */
  is_default?: boolean | undefined;
  available?: boolean | undefined;
  meta?: Record<string, unknown> | undefined;
}

/** undefined keeps, null clears; runtime and version are immutable. */
export type RuntimeVersionPatch = Patch<Omit<NewRuntimeVersion, 'runtime_ref' | 'version' | 'available'>>;

export interface RuntimeVersionFilter {
  /** `*` is a wildcard. */
  runtime_ref?: string | undefined;
  version?: string | undefined;
  available?: boolean | undefined;
  is_default?: boolean | undefined;
}

const highestFirst: Keyset = {
  columns: [
    { name: 'runtime_version.version_major', type: 'int4', missing: '-1' },
    { name: 'runtime_version.version_minor', type: 'int4', missing: '-1' },
    { name: 'runtime_version.version_patch', type: 'int4', missing: '-1' },
    { name: 'runtime_version.version', type: 'text' },
    { name: 'runtime_version.id', type: 'int8' },
  ],
  direction: 'desc',
};

const versions = tableOf('runtime_version');

export const findRuntimeVersion = versions.find;

export const getRuntimeVersion = versions.get;

/** Highest first. */
export const listRuntimeVersions = listOf<RuntimeVersionRow, RuntimeVersionFilter>('runtime_version', {
  order: highestFirst,
  conditions: (filter) => [
    matchesRef('runtime_version.runtime_ref', filter.runtime_ref),
    equals('runtime_version.version', filter.version),
    equals('runtime_version.available', filter.available),
    equals('runtime_version.is_default', filter.is_default),
  ],
});

/** Idempotent by runtime and version: what is there is replaced. */
export async function ensureRuntimeVersion(db: Db, values: NewRuntimeVersion): Promise<RuntimeVersionRow> {
  return inTransaction(db, async (trx) => {
    const { runtime_ref, ...rest } = values;
    const runtime = await lockRuntime(trx, runtime_ref);
    if (values.is_default === true) await clearDefault(trx, runtime);
    const columns = toInsert('runtime_version', { ...rest, runtime, runtime_ref });
    return trx
      .insertInto('runtime_version')
      .values(columns)
      .onConflict((conflict) =>
        conflict.columns(['runtime', 'version']).doUpdateSet({ ...columns, updated: sql`now()` }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

export async function updateRuntimeVersion(
  db: Db,
  id: number,
  patch: RuntimeVersionPatch,
): Promise<RuntimeVersionRow> {
  if (isEmptyPatch(patch)) return versions.get(db, id);
  return inTransaction(db, async (trx) => {
    if (patch.is_default === true) {
      const { runtime_ref } = await versions.get(trx, id);
      await clearDefault(trx, await lockRuntime(trx, runtime_ref));
    }
    return versions.update(trx, id, patch);
  });
}

/** What a worker has found: says as well when it looked. */
export async function setRuntimeVersionAvailability(
  db: Db,
  id: number,
  available: boolean,
): Promise<RuntimeVersionRow> {
  return versions.update(db, id, { available, verified_at: sql<Date>`now()` });
}

export const deleteRuntimeVersion = versions.delete;

/** One after the other: there is one default at most, whoever sets it at the same time. */
async function lockRuntime(trx: Trx, ref: string): Promise<number> {
  const runtime = await trx
    .selectFrom('runtime')
    .select('id')
    .where('ref', '=', ref)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (runtime === undefined) throw new MissingReferenceError('runtime_version', 'runtime_ref', ref);
  return runtime.id;
}

async function clearDefault(trx: Trx, runtime: number): Promise<void> {
  await trx
    .updateTable('runtime_version')
    .set({ is_default: false, updated: sql`now()` })
    .where('runtime', '=', runtime)
    .where('is_default', '=', true)
    .execute();
}
