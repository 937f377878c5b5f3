import type { Placement } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Json, Stamp } from './column.js';

/** A dispatch queue that exists, and what it demands: workers choose from these rows. */
export interface DispatchQueueTable {
  name: string;
  /** Short name of the runtime. */
  runtime: string;
  placement: Json<Placement>;
  created: Stamp;
}

export type DispatchQueueRow = Selectable<DispatchQueueTable>;
