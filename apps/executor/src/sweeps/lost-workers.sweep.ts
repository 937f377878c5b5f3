import { takeLostExecutions } from '@attune/db';
import type { LostExecution } from '@attune/db';
import { decideRetry, retrySchema } from '@attune/domain';
import { executionFinished, message } from '@attune/mq';

import { announceAgain, causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Due at once, also where the clock of this host is ahead of the database's. */
const longAgo = new Date(0);

/**
 * Executions whose worker's lease is over, or that has started anew: they end, or are tried again where their retry
 * setting covers lost workers. Settling announces a further attempt that is due at once.
 */
export const lostWorkersSweep: Sweep = {
  name: 'lost',
  kind: 'repair',
  emits: [executionFinished],
  run: async (ctx, { limit }) =>
    announceAgain(ctx, await takeLostExecutions(ctx.db, { limit, decideRetry: nextAttempt }), (row) =>
      message(executionFinished, { executionId: row.id, attempt: row.attempt }, causeOfExecution(row.id)),
    ),
};

/** Settings that cannot be read retry nothing: one such row must not stop the sweep. */
function nextAttempt({ attempt, retry }: LostExecution): { not_before: Date } | undefined {
  const settings = retrySchema.safeParse(retry);
  const decision = decideRetry(settings.data, { attempt, outcome: 'lost' }, Math.random());
  if (!decision.retry) return undefined;
  return { not_before: decision.delayMs === 0 ? longAgo : new Date(Date.now() + decision.delayMs) };
}
