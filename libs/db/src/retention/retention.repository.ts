import { NotFoundError, ValidationError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { RetentionRow } from '../schema/index.js';

/** About 68 years. */
const longestAge = 2 ** 31 - 1;

/** What is kept for how long, and how far its removal has come; by target. */
export async function listRetention(db: Db): Promise<RetentionRow[]> {
  return db.selectFrom('retention').selectAll().orderBy('target').execute();
}

/** In force from the next batch on. null: for ever. A longer time brings nothing back. */
export async function setRetention(
  db: Db,
  target: string,
  maxAgeSeconds: number | null,
): Promise<RetentionRow> {
  checkAge(maxAgeSeconds);
  const row = await db
    .updateTable('retention')
    .set({ max_age_seconds: maxAgeSeconds, updated: sql`now()` })
    .where('target', '=', target)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError('retention', 'target', target);
  return row;
}

function checkAge(seconds: number | null): void {
  if (seconds === null) return;
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= longestAge) return;
  const message = `must be a whole number of seconds from 1 to ${longestAge}, or null`;
  throw new ValidationError(`retention.max_age_seconds ${message}`, {
    details: [{ path: 'max_age_seconds', message }],
  });
}
