import type { SweepRequest } from '@attune/db';
import type { MessageContract } from '@attune/mq';

import type { ExecutorContext } from '../context.js';

/**
 * The repair of one state: finds rows whose next step is overdue, and announces them again. Any number of
 * executors may run it: a row is taken by one of them, and then more and more rarely while nothing happens.
 */
export interface Sweep {
  /** Also the name of its settings. */
  readonly name: 'pending_events' | 'requested' | 'scheduled' | 'canceling' | 'lost' | 'unsettled';
  readonly emits: readonly MessageContract<unknown>[];
  /** Answers how many rows it took; as many as the limit means that there may be more. */
  run(ctx: ExecutorContext, request: SweepRequest): Promise<number>;
}
