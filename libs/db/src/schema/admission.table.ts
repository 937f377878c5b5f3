import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, Stamp } from './column.js';

/** A slot of a policy that an execution holds (`active`) or waits for (`queued`). Freed by deletion. */
export interface AdmissionTable {
  policy: number;
  group_key: Defaulted<string>;
  execution: number;
  status: 'active' | 'queued';
  queue_order: Id;
  enqueued_at: Stamp;
  activated_at: Nullable<Date>;
}

export type AdmissionRow = Selectable<AdmissionTable>;
