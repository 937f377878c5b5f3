import { sql } from 'kysely';
import type { Trx } from './database.js';

/**
 * Held until the transaction ends, so that processes which install the same pack at once take turns, also when
 * the pack has no row to lock yet. Nothing else waits for it.
 */
export async function lockPack(trx: Trx, ref: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('attune.pack.' || ${ref}::text, 0))`.execute(trx);
}
