import type { Db, Trx } from '../database.js';

/** Values that lead a row in the order of a target's walk, as SQL gave them. */
export type Position = readonly unknown[];

export interface RetentionWindow {
  /** What is younger stays. */
  cutoff: Date;
  /** The rows after it are looked at; null = the first ones. */
  position: Position | null;
  /** Rows looked at, at most. */
  limit: number;
}

export interface RetentionStep {
  deleted: number;
  /** Old enough, and not removed: under way, or held by someone at this moment. */
  kept: number;
  /** Where to go on; null = the pass is over. */
  position: Position | null;
}

/** A kind of rows that are not kept for ever. */
export interface RetentionTarget {
  name: string;
  /** Its rows go with those of this target at the latest. */
  noLongerThan?: string;
  /** Takes one step. Waits for no lock: what others hold is left for the next pass. */
  remove(trx: Trx, window: RetentionWindow): Promise<RetentionStep>;
  /** The step without its effect; locks nothing. */
  preview(db: Db, window: RetentionWindow): Promise<RetentionStep>;
}

/**
 * The rows up to the last that is old. Rows are walked in the order of their age, but for transactions that overlap and
 * clocks that were set: a young one in between hides no old one.
 */
export function passedRows<Row extends { old: boolean }>(seen: readonly Row[]): Row[] {
  return seen.slice(0, seen.findLastIndex(({ old }) => old) + 1);
}

/** Undefined: nothing old is left to walk to. */
export function lastPassed<Row>(
  seen: readonly Row[],
  passed: readonly Row[],
  limit: number,
): Row | undefined {
  return seen.length < limit ? undefined : passed.at(-1);
}
