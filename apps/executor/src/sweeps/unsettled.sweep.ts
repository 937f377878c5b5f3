import { takeOverdueUnsettled } from '@attune/db';
import { executionFinished, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions that have finished and are not settled. */
export const unsettledSweep: Sweep = {
  name: 'unsettled',
  kind: 'repair',
  emits: [executionFinished],
  run: async (ctx, request) =>
    announceAgain(ctx, await takeOverdueUnsettled(ctx.db, request), ({ id, attempt }) =>
      message(executionFinished, { executionId: id, attempt }, causeOfExecution(id)),
    ),
};
