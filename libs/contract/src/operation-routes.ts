import { auditRoutes } from './resources/audit.contract.js';
import { retentionRoutes } from './resources/retention.contract.js';
import { timerRoutes } from './resources/timer.contract.js';
import { workerRoutes } from './resources/worker.contract.js';

/** What operators look at. */
export const operationRoutes = {
  workers: workerRoutes,
  timers: timerRoutes,
  auditEvents: auditRoutes,
  retention: retentionRoutes,
} as const;
