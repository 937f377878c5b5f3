import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, Stamp } from './column.js';

/** The clock of one rule whose trigger is a timer. */
export interface TimerTable {
  id: Id;
  rule: number;
  rule_ref: string;
  trigger_ref: string;
  /** The rule's trigger parameters that `next_fire_at` was computed from. */
  params: Json<Record<string, unknown>>;
  /** NULL = will not fire again. */
  next_fire_at: Nullable<Date>;
  last_fire_at: Nullable<Date>;
  fire_count: Defaulted<number>;
  created: Stamp;
  updated: Stamp;
}

export type TimerRow = Selectable<TimerTable>;
