import type { Db } from './database.js';

export interface LedgerCounts {
  events_accepted: number;
  events_evaluated: number;
  events_pending: number;
  matches: number;
  enforcements: number;
  enforcements_processed: number;
  enforcements_disabled: number;
  /** Executions that an enforcement of the window got. */
  executions_enforced: number;
  executions: number;
  attempts_started: number;
  attempts_finished: number;
  attempts_running: number;
  attempts_lost: number;
  executions_finished: number;
  executions_settled: number;
  executions_to_settle: number;
  slots_held: number;
  timers_due: number;
}

export interface LedgerImbalance {
  /** The equation that does not hold. */
  check: string;
  message: string;
  /** The first 100 rows concerned. */
  ids: number[];
}

export interface Ledger {
  since: Date | null;
  at: Date;
  balanced: boolean;
  counts: LedgerCounts;
  disabled_by_reason: Record<string, number>;
  imbalances: LedgerImbalance[];
}

/** The counts of everything created since `since` (default: ever), in one snapshot. */
export declare function ledger(db: Db, options?: { since?: Date | undefined }): Promise<Ledger>;
