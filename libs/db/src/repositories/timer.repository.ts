import type { Db, Trx } from '../database.js';
import type { TimerRow } from '../schema/index.js';

/** An enabled rule on a core timer trigger, and its clock if it has one. */
export interface TimerRule {
  rule: number;
  rule_ref: string;
  trigger_ref: string;
  trigger_params: Record<string, unknown>;
  rule_created: Date;
  timer: TimerRow | null;
}

export interface NewTimer {
  rule: number;
  params: Record<string, unknown>;
  next_fire_at: Date | null;
}

export interface DueTimer extends TimerRow {
  /** Database time of the lock. */
  now: Date;
}

export interface FiredTimer {
  id: number;
  next_fire_at: Date | null;
  last_fire_at: Date;
  /** How many instants fired: added to fire_count. */
  fires: number;
}

export declare function listTimerRules(db: Db): Promise<TimerRule[]>;
/** Creates the timers of these rules, or sets them anew; refs are derived from the rule. */
export declare function ensureTimers(db: Db, timers: readonly NewTimer[]): Promise<TimerRow[]>;
/** Timers of enabled rules that are due, locked until the transaction ends; skips those another process has. */
export declare function lockDueTimers(trx: Trx, options: { limit: number }): Promise<DueTimer[]>;
/** In the transaction that records the events. */
export declare function advanceTimers(trx: Trx, fired: readonly FiredTimer[]): Promise<void>;
/** When the next timer is due; null = none. */
export declare function nextTimerDue(db: Db): Promise<{ now: Date; next_fire_at: Date | null }>;
