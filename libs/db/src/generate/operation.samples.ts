import type { Trx } from '../database.js';
import * as lost from '../repositories/lost-execution.repository.js';
import * as report from '../repositories/sensor-run-report.repository.js';
import * as sensorRun from '../repositories/sensor-run.repository.js';
import { endOverdueExecutions } from '../repositories/execution-deadline.repository.js';
import * as sweep from '../repositories/sweep.repository.js';
import * as timer from '../repositories/timer.repository.js';
import * as webhookDelivery from '../repositories/webhook-delivery.repository.js';
import * as webhook from '../repositories/webhook.repository.js';
import * as worker from '../repositories/worker.repository.js';
import { doctorSamples } from './doctor.samples.js';
import type { Samples } from './sample.js';
import { firstPage } from './sample.js';

const overdue = { olderThanMs: 30_000, limit: 100 };
const incarnation = { id: 1, incarnation: 1 };
const owner = { workerId: 1, incarnation: 1 };

/** What keeps things moving. */
export const operationSamples: Samples = {
  ...doctorSamples,
  'execution-deadline': {
    endOverdueExecutions: (db) => endOverdueExecutions(db, { limit: 100 }),
  },
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
    findLeasedWorker: (db) => worker.findLeasedWorker(db, { id: 1, incarnation: 1 }),
    findWorkerByName: (db) => worker.findWorkerByName(db, 'a'),
    getWorkerByName: (db) => worker.getWorkerByName(db, 'a'),
    listWorkers: (db) =>
      worker.listWorkers(
        db,
        {
          name: 'a*',
          worker_type: 'local',
          worker_role: 'action',
          status: 'active',
          runtime: 1,
          cordoned: false,
          alive: true,
        },
        firstPage,
      ),
    updateWorker: (db) => worker.updateWorker(db, 1, { host: null, slots: 4 }),
    loadOfWorkers: (db) => worker.loadOfWorkers(db, [1]),
    setWorkerCordon: (db) => worker.setWorkerCordon(db, 1, { reason: 'repair' }),
    deleteWorker: (db) => worker.deleteWorker(db, 1),
    ensureDispatchQueueRow: (db) =>
      worker.ensureDispatchQueueRow(db, { name: 'dispatch.shell', runtime: 'shell' }),
    listDispatchQueues: (db) => worker.listDispatchQueues(db),
  },
  'sensor-run': {
    findSensorRun: (db) => sensorRun.findSensorRun(db, 1),
    getSensorRun: (db) => sensorRun.getSensorRun(db, 1),
    listSensorRuns: (db) =>
      sensorRun.listSensorRuns(
        db,
        { sensor: 1, sensor_ref: 'core.*', worker: 1, status: 'running' },
        firstPage,
      ),
    ensureSensorRuns: (db) => sensorRun.ensureSensorRuns(db, [1]),
    takeSensorRuns: (db) => sensorRun.takeSensorRuns(db, owner, { leaseMs: 20_000, limit: 10 }),
    renewSensorRunLeases: (db) => sensorRun.renewSensorRunLeases(db, owner, { leaseMs: 20_000 }),
    releaseSensorRuns: (db) => sensorRun.releaseSensorRuns(db, owner),
    deleteUnwantedSensorRuns: (db) => sensorRun.deleteUnwantedSensorRuns(db),
  },
  'sensor-run-report': {
    reportSensorsStarted: (db) => report.reportSensorsStarted(db, [{ id: 1, pid: 17 }], owner),
    reportSensorsRunning: (db) => report.reportSensorsRunning(db, [1], owner),
    reportSensorsStopped: (db) => report.reportSensorsStopped(db, [{ id: 1, exit_code: 0 }], owner),
    reportSensorsCrashed: (db) =>
      report.reportSensorsCrashed(
        db,
        [{ id: 1, exit_code: 1, error: 'exit code 1', consecutive_failures: 1, restart_in_ms: 1_000 }],
        owner,
      ),
    reportSensorsFailed: (db) => report.reportSensorsFailed(db, [{ id: 1, error: 'no such file' }], owner),
    startDueSensorRuns: (db) => report.startDueSensorRuns(db, owner),
    saveSensorCheckpoints: (db) => report.saveSensorCheckpoints(db, [{ id: 1, checkpoint: {} }], owner),
  },
  timer: {
    findTimer: (db) => timer.findTimer(db, 1),
    findTimerByRule: (db) => timer.findTimerByRule(db, 1),
    getTimer: (db) => timer.getTimer(db, 1),
    listTimers: (db) =>
      timer.listTimers(
        db,
        { rule_ref: 'core.*', trigger_ref: 'core.crontimer', armed: true, due_before: new Date(0) },
        firstPage,
      ),
    listTimerRules: (db) => timer.listTimerRules(db),
    ensureTimers: (db) => timer.ensureTimers(db, [{ rule: 1, params: {}, next_fire_at: null }]),
    restTimers: (db) => timer.restTimers(db),
    lockDueTimers: (db) => timer.lockDueTimers(db as Trx, { limit: 100 }),
    advanceTimers: (db) =>
      timer.advanceTimers(db as Trx, [{ id: 1, next_fire_at: null, last_fire_at: new Date(0), fires: 1 }]),
    nextTimerDue: (db) => timer.nextTimerDue(db),
  },
  webhook: {
    findWebhookByKey: (db) => webhook.findWebhookByKey(db, 'wh_1'),
    setWebhookKey: (db) => webhook.setWebhookKey(db, 1, { key: 'wh_1', overlapSeconds: 60 }),
    setWebhookSecret: (db) => webhook.setWebhookSecret(db, 1, { sealed: null, overlapSeconds: 60 }),
  },
  'webhook-delivery': {
    insertDeliveredEvents: (db) =>
      webhookDelivery.insertDeliveredEvents(db, [
        { event: { trigger_ref: 'core.one', dedupe_key: 'a' }, delivery: { status_code: 202 } },
      ]),
    insertWebhookDelivery: (db) =>
      webhookDelivery.insertWebhookDelivery(db, { trigger: 1, status_code: 401 }),
    getWebhookDelivery: (db) => webhookDelivery.getWebhookDelivery(db, 1),
    listWebhookDeliveries: (db) =>
      webhookDelivery.listWebhookDeliveries(db, { trigger: 1, status: 'rejected' }, firstPage),
  },
};
