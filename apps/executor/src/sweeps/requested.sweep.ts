import { takeOverdueRequested } from '@attune/db';
import { executionRequested, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions that are due and not scheduled: their request was lost, or their delay is over. */
export const requestedSweep: Sweep = {
  name: 'requested',
  kind: 'repair',
  emits: [executionRequested],
  run: async (ctx, request) =>
    announceAgain(ctx, await takeOverdueRequested(ctx.db, request), ({ id }) =>
      message(executionRequested, { executionId: id }, causeOfExecution(id)),
    ),
};
