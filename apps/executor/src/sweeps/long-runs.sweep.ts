import { restLongRuns } from '@attune/db';

import type { Sweep } from './sweep.js';

/** Nothing is announced: runs of hours are moved out of the way of the other sweeps. */
export const longRunsSweep: Sweep = {
  name: 'long_runs',
  kind: 'routine',
  emits: [],
  run: (ctx, request) => restLongRuns(ctx.db, request),
};
