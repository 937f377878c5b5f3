import { sql } from 'kysely';
import type { Db, Trx } from '../database.js';
import { inTransaction } from '../database.js';
import { toJson } from '../json.js';
import { ledger } from '../ledger.js';
import type { LedgerCheckRow } from '../schema/index.js';
import { statement } from '../statement.js';

export interface LedgerCheck {
  /** Not again before this much time has passed, whoever checks. */
  everyMs: number;
  /** How far back what is checked was created. */
  windowMs: number;
  /** The server ends a check that takes longer. */
  timeoutMs: number;
}

const turnStatement = statement<{ turn: boolean; since: Date }>(
  'take_ledger_turn',
  `select now() - $2::double precision * interval '1 millisecond' as since,
  pg_try_advisory_xact_lock(hashtextextended('attune.ledger', 0)) and not exists (
    select from attune.ledger_check c where c.created > now() - $1::double precision * interval '1 millisecond'
  ) as turn`,
);

/**
 * Checks the ledger and keeps what it said. undefined: it is not the caller's turn, somebody checks it at this moment
 * or has lately. Any number of processes may call it at any time.
 */
export async function checkLedger(db: Db, check: LedgerCheck): Promise<LedgerCheckRow | undefined> {
  const { everyMs, windowMs, timeoutMs } = check;
  return inTransaction(db, async (trx) => {
    const [answer] = await turnStatement.run(trx, [everyMs, windowMs]);
    if (answer?.turn !== true) return undefined;
    await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(trx);
    return insertCheck(trx, answer.since);
  });
}

async function insertCheck(trx: Trx, since: Date): Promise<LedgerCheckRow> {
  const { at, balanced, counts, imbalances } = await ledger(trx, { since });
  return trx
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
