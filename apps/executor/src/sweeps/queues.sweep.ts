import { advanceQueues } from '@attune/db';
import { executionRequested, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/**
 * Executions that queue for a policy and have room now: its window has moved on, its limit has risen. Slots that are
 * given back are passed on where they are.
 */
export const queuesSweep: Sweep = {
  name: 'queues',
  kind: 'routine',
  emits: [executionRequested],
  run: async (ctx, { limit }) => {
    const given = await advanceQueues(ctx.db, await ctx.queues.next(limit));
    return announceAgain(ctx, given, ({ execution }) =>
      message(executionRequested, { executionId: execution }, causeOfExecution(execution)),
    );
  },
};
