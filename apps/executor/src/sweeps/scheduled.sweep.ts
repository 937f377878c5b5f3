import { takeOverdueScheduled } from '@attune/db';
import { executionScheduled, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions that were dispatched and that no worker has claimed. */
export const scheduledSweep: Sweep = {
  name: 'scheduled',
  kind: 'repair',
  emits: [executionScheduled],
  run: async (ctx, request) => {
    const taken = await takeOverdueScheduled(ctx.db, request);
    await ctx.dispatch.declare(new Set(taken.map(({ dispatch_queue }) => dispatch_queue)));
    return announceAgain(ctx, taken, ({ id, attempt, dispatch_queue: dispatchQueue }) =>
      message(executionScheduled, { executionId: id, attempt }, { ...causeOfExecution(id), dispatchQueue }),
    );
  },
};
