import type { Selectable } from 'kysely';
import type { Id, Json, RequiredJson, Stamp } from './column.js';

/** One balance of the ledger, kept so that "since when" has an answer. */
export interface LedgerCheckTable {
  id: Id;
  created: Stamp;
  window_from: Date;
  window_to: Date;
  balanced: boolean;
  counts: RequiredJson<Record<string, number>>;
  imbalances: Json<unknown[]>;
}

export type LedgerCheckRow = Selectable<LedgerCheckTable>;
