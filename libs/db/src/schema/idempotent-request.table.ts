import type { Selectable } from 'kysely';
import type { Nullable, NullableJson, Stamp } from './column.js';

/** A request with an Idempotency-Key, and what it was answered. Kept for a while (see retention). */
export interface IdempotentRequestTable {
  /** The identity that sent it: keys of different callers do not meet. */
  owner: number;
  key: string;
  /** Of route and body, hex. */
  request_hash: string;
  created: Stamp;
  /** When it was last begun; a process that died leaves it begun and unanswered. */
  begun_at: Stamp;
  answered_at: Nullable<Date>;
  answer: NullableJson;
}

export type IdempotentRequestRow = Selectable<IdempotentRequestTable>;
