import type { Trx } from '../database.js';
import * as lost from '../repositories/lost-execution.repository.js';
import * as sweep from '../repositories/sweep.repository.js';
import * as timer from '../repositories/timer.repository.js';
import * as webhook from '../repositories/webhook.repository.js';
import * as worker from '../repositories/worker.repository.js';
import { applyRetention } from '../retention/apply-retention.js';
import { listRetention, setRetention } from '../retention/retention.repository.js';
import type { Samples } from './sample.js';
import { firstPage } from './sample.js';

const overdue = { olderThanMs: 30_000, limit: 100 };
const incarnation = { id: 1, incarnation: 1 };

/** What keeps things moving. */
export const operationSamples: Samples = {
  sweep: {
    takeOverduePendingEvents: (db) => sweep.takeOverduePendingEvents(db, overdue),
    takeOverdueRequested: (db) => sweep.takeOverdueRequested(db, overdue),
    takeDueDelayed: (db) => sweep.takeDueDelayed(db, { limit: 100 }),
    takeWaitingForWorker: (db) => sweep.takeWaitingForWorker(db, { queues: ['dispatch.shell'], limit: 100 }),
    takeOverdueScheduled: (db) => sweep.takeOverdueScheduled(db, overdue),
    takeOverdueCanceling: (db) => sweep.takeOverdueCanceling(db, overdue),
    takeOverdueUnsettled: (db) => sweep.takeOverdueUnsettled(db, overdue),
    restLongRuns: (db) => sweep.restLongRuns(db, overdue),
  },
  'lost-execution': {
    takeLostExecutions: (db) => lost.takeLostExecutions(db, { limit: 100, decideRetry: () => undefined }),
  },
  worker: {
    registerWorker: (db) => worker.registerWorker(db, { name: 'a', leaseMs: 20_000 }),
    renewWorkerLease: (db) => worker.renewWorkerLease(db, { ...incarnation, leaseMs: 20_000 }),
    releaseWorker: (db) => worker.releaseWorker(db, incarnation),
    findWorker: (db) => worker.findWorker(db, 1),
    getWorker: (db) => worker.getWorker(db, 1),
    findWorkerByName: (db) => worker.findWorkerByName(db, 'a'),
    listWorkers: (db) => worker.listWorkers(db, { role: 'action', status: 'active', alive: true }, firstPage),
    setWorkerCordon: (db) => worker.setWorkerCordon(db, 1, { reason: 'repair' }),
    deleteWorker: (db) => worker.deleteWorker(db, 1),
    ensureDispatchQueueRow: (db) =>
      worker.ensureDispatchQueueRow(db, { name: 'dispatch.shell', runtime: 'shell' }),
    listDispatchQueues: (db) => worker.listDispatchQueues(db),
  },
  retention: {
    listRetention: (db) => listRetention(db),
    setRetention: (db) => setRetention(db, 'event', 86_400),
    applyRetention: (db) => applyRetention(db, { batchSize: 1, maxBatches: 1 }),
    'applyRetention (dry run)': (db) => applyRetention(db, { batchSize: 1, maxBatches: 1, dryRun: true }),
  },
  timer: {
    listTimerRules: (db) => timer.listTimerRules(db),
    ensureTimers: (db) => timer.ensureTimers(db, [{ rule: 1, params: {}, next_fire_at: null }]),
    restTimers: (db) => timer.restTimers(db),
    lockDueTimers: (db) => timer.lockDueTimers(db as Trx, { limit: 100 }),
    advanceTimers: (db) =>
      timer.advanceTimers(db as Trx, [{ id: 1, next_fire_at: null, last_fire_at: new Date(0), fires: 1 }]),
    nextTimerDue: (db) => timer.nextTimerDue(db),
  },
  webhook: {
    findTriggerByWebhookKey: (db) => webhook.findTriggerByWebhookKey(db, 'wh_1'),
    setWebhookKey: (db) => webhook.setWebhookKey(db, 1, { key: 'wh_1', overlapSeconds: 60 }),
    insertWebhookDelivery: (db) => webhook.insertWebhookDelivery(db, { trigger: 1, status_code: 202 }),
    listWebhookDeliveries: (db) => webhook.listWebhookDeliveries(db, 1, firstPage),
    countRecentDeliveries: (db) =>
      webhook.countRecentDeliveries(db, { trigger: 1, seconds: 60, source_ip: '::1' }),
  },
};
