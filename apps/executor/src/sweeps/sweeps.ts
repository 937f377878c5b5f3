import { cancelingSweep } from './canceling.sweep.js';
import { deadlinesSweep } from './deadlines.sweep.js';
import { delayedSweep } from './delayed.sweep.js';
import { dueMatchesSweep } from './due-matches.sweep.js';
import { longRunsSweep } from './long-runs.sweep.js';
import { lostWorkersSweep } from './lost-workers.sweep.js';
import { pendingEventsSweep } from './pending-events.sweep.js';
import { queuesSweep } from './queues.sweep.js';
import { requestedSweep } from './requested.sweep.js';
import { scheduledSweep } from './scheduled.sweep.js';
import { unsettledSweep } from './unsettled.sweep.js';
import { waitingForWorkerSweep } from './waiting-for-worker.sweep.js';
import type { Sweep } from './sweep.js';

/** In the order of the states they repair. */
export const sweeps: readonly Sweep[] = [
  pendingEventsSweep,
  dueMatchesSweep,
  requestedSweep,
  delayedSweep,
  queuesSweep,
  waitingForWorkerSweep,
  scheduledSweep,
  deadlinesSweep,
  longRunsSweep,
  cancelingSweep,
  lostWorkersSweep,
  unsettledSweep,
];
