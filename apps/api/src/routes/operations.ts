import type { Handlers } from '../http/call.js';
import { auditHandlers } from './audit.route.js';
import { notificationHandlers } from './notification.route.js';
import { retentionHandlers } from './retention.route.js';
import { timerHandlers } from './timer.route.js';
import { workerHandlers } from './worker.route.js';

/** Of what operators look at. */
export const operationHandlers: Pick<
  Handlers,
  'workers' | 'timers' | 'auditEvents' | 'notifications' | 'retention'
> = {
  workers: workerHandlers,
  timers: timerHandlers,
  auditEvents: auditHandlers,
  notifications: notificationHandlers,
  retention: retentionHandlers,
};
