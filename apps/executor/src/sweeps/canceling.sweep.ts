import { takeOverdueCanceling } from '@attune/db';
import { executionCancelRequested, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions that are to be cancelled and still run: their worker may not have heard of it. */
export const cancelingSweep: Sweep = {
  name: 'canceling',
  kind: 'repair',
  emits: [executionCancelRequested],
  run: async (ctx, request) =>
    announceAgain(ctx, await takeOverdueCanceling(ctx.db, request), ({ id, attempt }) =>
      message(executionCancelRequested, { executionId: id, attempt }, causeOfExecution(id)),
    ),
};
