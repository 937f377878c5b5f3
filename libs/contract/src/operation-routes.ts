import { auditRoutes } from './resources/audit.contract.js';
import { deadLetterRoutes } from './resources/dead-letter.contract.js';
import { doctorRoutes } from './resources/doctor.contract.js';
import { notificationRoutes } from './resources/notification.contract.js';
import { retentionRoutes } from './resources/retention.contract.js';
import { timerRoutes } from './resources/timer.contract.js';
import { workerRoutes } from './resources/worker.contract.js';

/** What operators look at. */
export const operationRoutes = {
  workers: workerRoutes,
  timers: timerRoutes,
  auditEvents: auditRoutes,
  notifications: notificationRoutes,
  retention: retentionRoutes,
  deadLetters: deadLetterRoutes,
  doctor: doctorRoutes,
} as const;
