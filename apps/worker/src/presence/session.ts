import type { WorkerHold } from '@attune/db';

/**
 * One incarnation of this worker, from its registration to the loss of its lease. Claims and results name it, so
 * whatever belongs to an earlier one matches no row.
 */
export interface Session {
  readonly hold: WorkerHold;
  /** Aborted when the lease is lost, or the worker is gone. */
  readonly signal: AbortSignal;
}
