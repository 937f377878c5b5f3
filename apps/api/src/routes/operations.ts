import type { Handlers } from '../http/call.js';
import { auditHandlers } from './audit.route.js';
import { deadLetterHandlers } from './dead-letter.route.js';
import { doctorHandlers } from './doctor.route.js';
import { notificationHandlers } from './notification.route.js';
import { retentionHandlers } from './retention.route.js';
import { timerHandlers } from './timer.route.js';
import { workerHandlers } from './worker.route.js';

/** Of what operators look at. */
export const operationHandlers: Pick<
  Handlers,
  'workers' | 'timers' | 'auditEvents' | 'notifications' | 'retention' | 'deadLetters' | 'doctor'
> = {
  workers: workerHandlers,
  timers: timerHandlers,
  auditEvents: auditHandlers,
  notifications: notificationHandlers,
  retention: retentionHandlers,
  deadLetters: deadLetterHandlers,
  doctor: doctorHandlers,
};
