import { takeWaitingForWorker } from '@attune/db';
import { executionRequested, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions that wait for a worker, after one has come that serves their queue. */
export const waitingForWorkerSweep: Sweep = {
  name: 'waiting_for_worker',
  kind: 'routine',
  emits: [executionRequested],
  run: async (ctx, { limit }) => {
    const queues = [...(await ctx.dispatch.served())];
    return announceAgain(ctx, await takeWaitingForWorker(ctx.db, { queues, limit }), ({ id }) =>
      message(executionRequested, { executionId: id }, causeOfExecution(id)),
    );
  },
};
