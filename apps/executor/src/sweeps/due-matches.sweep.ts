import { executionRequested, message, notice, noticeOf } from '@attune/mq';
import { faultPoint } from '@attune/service';

import { decideDueMatches } from '../event-to-enforcement/due-matches.js';
import { decisionChanges } from '../event-to-enforcement/evaluation-changes.js';
import { causeOfExecution } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Matches that waited for quiet, which it is now, or for somebody to let them go on. */
export const dueMatchesSweep: Sweep = {
  name: 'due_matches',
  kind: 'routine',
  emits: [executionRequested, notice],
  run: async (ctx, { limit }) => {
    const { taken, decided, rules } = await decideDueMatches(ctx.db, { limit });
    if (taken > 0) await faultPoint('executor.matches.after-commit-before-publish');
    const requests = decided.flatMap(({ execution_id: executionId }) =>
      executionId === null
        ? []
        : [message(executionRequested, { executionId }, causeOfExecution(executionId))],
    );
    await ctx.publisher.publish([...requests, ...noticeOf(decisionChanges(decided, rules))]);
    return taken;
  },
};
