import type { Selectable } from 'kysely';
import type { Defaulted, Nullable, Stamp } from './column.js';

/**
 * A slot of a policy that an execution holds (`active`) or waits for (`queued`). Freed by deletion; one of a window is
 * held until that is over, whatever becomes of the execution.
 */
export interface AdmissionTable {
  policy: number;
  group_key: Defaulted<string>;
  execution: number;
  status: 'active' | 'queued';
  /** Of the execution. */
  priority: Defaulted<number>;
  /** The slot is of this attempt of the execution. */
  attempt: Defaulted<number>;
  enqueued_at: Stamp;
  activated_at: Nullable<Date>;
}

export type AdmissionRow = Selectable<AdmissionTable>;
