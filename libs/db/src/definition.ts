import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from './database.js';
import { inTransaction } from './database.js';
import { toJson } from './json.js';
import type { DefinitionType } from './schema/index.js';

/**
 * Columns that say where a definition lives or how it fares, not what it says: a change of them alone makes
 * no version.
 */
const notContent = new Set([
  'id',
  'created',
  'updated',
  'pack',
  'runtime',
  'trigger',
  'action',
  'sensor',
  'source_type',
  'source_url',
  'source_ref',
  'checksum',
  'checksum_verified',
  'storage_path',
  'installation_method',
  'installed_at',
  'installed_by',
  'webhook_key_hash',
  'webhook_key_sealed',
  'webhook_secret_sealed',
  'webhook_previous_key_hash',
  'webhook_previous_key_expires_at',
  'webhook_previous_secret_sealed',
  'webhook_previous_secret_expires_at',
  'error_count',
  'last_error',
  'last_error_at',
]);

/** Who changes a definition; recorded with the version. */
export interface Authorship {
  /** Id of the identity; absent = the system. */
  author?: number | undefined;
}

interface DefinitionRow {
  id: number;
  ref: string;
}

/** Grows with each change of a definition: caches of definitions are right while it stays the same. */
export async function currentEpoch(db: Db): Promise<number> {
  const row = await db.selectFrom('definition_epoch').select('epoch').executeTakeFirstOrThrow();
  return row.epoch;
}

/**
 * Every insert and update of a definition goes through here: one transaction holds the change, its version
 * and the new epoch. The epoch row is locked first, so definitions change one after the other and two
 * changes cannot wait for each other.
 */
export async function changeDefinition<Row extends DefinitionRow>(
  db: Db,
  type: DefinitionType,
  by: Authorship | undefined,
  change: (trx: Trx) => Promise<Row>,
): Promise<Row> {
  return inTransaction(db, async (trx) => {
    await lockDefinitions(trx);
    const row = await change(trx);
    if (await writeVersion(trx, type, row, by)) await bumpEpoch(trx);
    return row;
  });
}

/** For a change that makes no version, but that caches of definitions have to see. */
export async function inNewEpoch<T>(db: Db, change: (trx: Trx) => Promise<T>): Promise<T> {
  return inTransaction(db, async (trx) => {
    await lockDefinitions(trx);
    const outcome = await change(trx);
    await bumpEpoch(trx);
    return outcome;
  });
}

/** Versions stay: they explain what ran before. */
export async function deleteDefinition(db: Db, type: DefinitionType, id: number): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    await lockDefinitions(trx);
    const result = await trx.deleteFrom(type).where('id', '=', id).executeTakeFirst();
    const deleted = result.numDeletedRows > 0n;
    if (deleted) await bumpEpoch(trx);
    return deleted;
  });
}

/** Until the transaction ends nobody else changes a definition: what was read and decided still holds when it is written. */
export async function lockDefinitions(trx: Trx): Promise<void> {
  await trx.selectFrom('definition_epoch').select('epoch').forUpdate().execute();
}

async function bumpEpoch(trx: Trx): Promise<void> {
  await trx
    .updateTable('definition_epoch')
    .set({ epoch: sql`epoch + 1` })
    .execute();
}

/** False when the last version of this very row says the same. */
async function writeVersion(
  trx: Trx,
  type: DefinitionType,
  row: DefinitionRow,
  by: Authorship | undefined,
): Promise<boolean> {
  const content = toJson(contentOf(row));
  const content_hash = createHash('sha256').update(content).digest('hex');
  const last = await trx
    .selectFrom('definition_version')
    .select(['entity', 'version', 'content_hash'])
    .where('entity_type', '=', type)
    .where('entity_ref', '=', row.ref)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined && last.entity === row.id && last.content_hash === content_hash) return false;
  const author = by?.author ?? null;
  const version = (last?.version ?? 0) + 1;
  await trx
    .insertInto('definition_version')
    .values({
      entity_type: type,
      entity: row.id,
      entity_ref: row.ref,
      version,
      content,
      content_hash,
      author,
    })
    .execute();
  return true;
}

/** Keys in order, so that equal content has equal text. */
function contentOf(row: DefinitionRow): unknown {
  const entries = Object.entries(row).filter(([name]) => !notContent.has(name));
  return sorted(Object.fromEntries(entries));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
