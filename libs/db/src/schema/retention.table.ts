import type { Selectable } from 'kysely';
import type { Defaulted, Nullable, NullableJson, Stamp } from './column.js';

/** How long the rows of one target are kept, and how far their removal has come. */
export interface RetentionTable {
  /** See retention-targets.ts. */
  target: string;
  /** null = for ever. */
  max_age_seconds: Nullable<number>;
  /** The pass under way goes on after this key; null = a new one starts. */
  position: NullableJson<unknown[]>;
  /** Rows older than this may be gone. Never moves back. */
  horizon: Nullable<Date>;
  /** Of the pass under way, else of the last one; so are the two counts. */
  pass_started_at: Nullable<Date>;
  /** When a pass last came to its end: long ago means that retention does not keep up. */
  passed_at: Nullable<Date>;
  pass_deleted: Defaulted<number>;
  /** Old enough, but under way or held by someone at that moment. */
  pass_kept: Defaulted<number>;
  /** Ever. */
  deleted: Defaulted<number>;
  /** When `max_age_seconds` was set. */
  updated: Stamp;
}

export type RetentionRow = Selectable<RetentionTable>;
