import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import type { RuntimeVersionRow } from '../schema/index.js';
import { twinOf } from '../reference.js';

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

/** Idempotent by runtime and version: what is there is replaced. */
export async function ensureRuntimeVersion(db: Db, values: NewRuntimeVersion): Promise<RuntimeVersionRow> {
  return inTransaction(db, async (trx) => {
    const { runtime_ref, ...rest } = values;
    const runtime = await twinOf(trx, 'runtime_version', 'runtime', runtime_ref);
    if (values.is_default === true) {
      await trx
        .updateTable('runtime_version')
        .set({ is_default: false, updated: sql`now()` })
        .where('runtime', '=', runtime.runtime)
        .where('version', '!=', values.version)
        .where('is_default', '=', true)
        .execute();
    }
    const columns = toInsert('runtime_version', { ...rest, ...runtime });
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

/** Highest first. */
export async function listRuntimeVersions(db: Db, runtimeRef: string): Promise<RuntimeVersionRow[]> {
  return db
    .selectFrom('runtime_version')
    .selectAll()
    .where('runtime_ref', '=', runtimeRef)
    .orderBy(sql`version_major desc nulls last, version_minor desc nulls last, version_patch desc nulls last`)
    .orderBy('version', 'desc')
    .execute();
}
