import { takeDueDelayed } from '@attune/db';
import { executionRequested, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions whose delay is over, retries among them. This is how they go on: nothing else announces them. */
export const delayedSweep: Sweep = {
  name: 'delayed',
  kind: 'routine',
  emits: [executionRequested],
  run: async (ctx, { limit }) =>
    announceAgain(ctx, await takeDueDelayed(ctx.db, { limit }), ({ id }) =>
      message(executionRequested, { executionId: id }, causeOfExecution(id)),
    ),
};
