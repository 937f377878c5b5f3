import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/** A de-duplication key that was used, of a trigger or of a rule. */
export interface EventKeyTable {
  kind: 'trigger' | 'rule';
  owner: number;
  key: string;
  event: number;
  created: Stamp;
  /** NULL = for as long as retention keeps it; after this time the key is free again. */
  expires_at: Nullable<Date>;
}

export type EventKeyRow = Selectable<EventKeyTable>;
