import { sql } from 'kysely';
import type { Db, Trx } from '../database.js';
import { toJson } from '../json.js';
import type { Ledger } from '../ledger.js';
import type { LedgerCheckRow } from '../schema/index.js';

/**
 * Whether it is up to the caller to check the ledger: nobody else is at it, and the last check is old enough. True
 * keeps the others away until the transaction ends.
 */
export async function takeLedgerTurn(trx: Trx, { everyMs }: { everyMs: number }): Promise<boolean> {
  const { rows } = await sql<{ turn: boolean }>`select
    pg_try_advisory_xact_lock(hashtextextended('attune.ledger', 0)) and not exists (
      select from attune.ledger_check c
      where c.created > now() - ${everyMs}::double precision * interval '1 millisecond'
    ) as turn`.execute(trx);
  return rows[0]?.turn === true;
}

/** A check of everything created from `since` on. */
export async function insertLedgerCheck(db: Db, since: Date, ledger: Ledger): Promise<LedgerCheckRow> {
  const { at, balanced, counts, imbalances } = ledger;
  return db
    .insertInto('ledger_check')
    .values({
      window_from: since,
      window_to: at,
      balanced,
      counts: toJson(counts),
      imbalances: toJson(imbalances),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
