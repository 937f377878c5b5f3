import type { SweepRequest } from '@attune/db';
import type { MessageContract } from '@attune/mq';

import type { ExecutorConfig } from '../config.js';
import type { ExecutorContext } from '../context.js';

/** Replicas look at different times. */
export const jitter = 0.2;

/**
 * Looks for the rows of one state whose next step is due, and announces it. Any number of executors may run it: each
 * row is taken by one of them, and what stays overdue is taken more and more rarely.
 */
export interface Sweep {
  /** Also the name of its settings. */
  readonly name: Exclude<keyof ExecutorConfig['sweeps'], 'batch_size' | 'overdue_at_start_ms' | 'retention'>;
  /** What a repair finds should have gone on by itself; a routine sweep is how its rows go on. */
  readonly kind: 'repair' | 'routine';
  readonly emits: readonly MessageContract<unknown>[];
  /** Answers how many rows it took; as many as the limit means that there may be more. */
  run(ctx: ExecutorContext, request: SweepRequest): Promise<number>;
}
