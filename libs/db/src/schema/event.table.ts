import type { EventStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** One occurrence of a trigger. Only its evaluation is ever written later. */
export interface EventTable {
  id: Id;
  created: Stamp;
  trigger: number;
  trigger_ref: string;
  trigger_version: Nullable<number>;
  source: Nullable<number>;
  source_ref: Nullable<string>;
  /** Set when the event is meant for one rule. */
  rule: Nullable<number>;
  rule_ref: Nullable<string>;
  config: NullableJson<Record<string, unknown>>;
  payload: NullableJson;
  /** The execution that led to it. */
  cause_execution: Nullable<number>;
  /** Root of the execution that the chain of causes began with. */
  cause_root: Nullable<number>;
  /** How many executions the chain has; 0: it came from outside. */
  cause_depth: Defaulted<number>;
  status: Defaulted<EventStatus>;
  evaluated_at: Nullable<Date>;
  /** How many rules matched. */
  matched: Nullable<number>;
  /** See execution.announced_at. NULL once evaluated. */
  announced_at: Nullable<Date>;
  announcements: Defaulted<number>;
}

export type EventRow = Selectable<EventTable>;
