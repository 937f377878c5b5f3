import { endOverdueExecutions } from '@attune/db';
import { executionFinished, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Executions that wait longer than their start or total timeout allows: they end, and settling returns their slots. */
export const deadlinesSweep: Sweep = {
  name: 'deadlines',
  kind: 'routine',
  emits: [executionFinished],
  run: async (ctx, { limit }) =>
    announceAgain(ctx, await endOverdueExecutions(ctx.db, { limit }), ({ id, attempt }) =>
      message(executionFinished, { executionId: id, attempt }, causeOfExecution(id)),
    ),
};
