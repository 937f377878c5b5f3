import type { Db } from '../database.js';
import { recordStatements } from '../generate/recording-database.js';
import * as library from '../index.js';

const hold = { workerId: 1, incarnation: 1 };

/** Verbs that take a batch, with an empty one. */
const batches: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  insertEvents: (db) => library.insertEvents(db, []),
  loadPendingEvents: (db) => library.loadPendingEvents(db, []),
  processEnforcements: (db) => library.processEnforcements(db, []),
  disableEnforcements: (db) => library.disableEnforcements(db, []),
  insertExecutions: (db) => library.insertExecutions(db, []),
  loadRequestedExecutions: (db) => library.loadRequestedExecutions(db, []),
  scheduleExecutions: (db) => library.scheduleExecutions(db, []),
  deferExecutions: (db) => library.deferExecutions(db, []),
  refuseExecutions: (db) => library.refuseExecutions(db, []),
  claimExecutions: (db) => library.claimExecutions(db, [], hold),
  listClaimedExecutions: (db) => library.listClaimedExecutions(db, [], hold),
  finishExecutions: (db) => library.finishExecutions(db, [], hold),
  pauseExecutions: (db) => library.pauseExecutions(db, []),
  resumeExecutions: (db) => library.resumeExecutions(db, []),
  startParkedExecutions: (db) => library.startParkedExecutions(db, []),
  parkExecutions: (db) => library.parkExecutions(db, [], hold),
  finishParkedExecutions: (db) => library.finishParkedExecutions(db, []),
  requestCancels: (db) => library.requestCancels(db, []),
  settleExecutions: (db) => library.settleExecutions(db, []),
  takeWaitingForWorker: (db) => library.takeWaitingForWorker(db, { queues: [], limit: 1 }),
  respondInquiries: (db) => library.respondInquiries(db, []),
  cancelInquiries: (db) => library.cancelInquiries(db, []),
  requestAdmissions: (db) => library.requestAdmissions(db, []),
  advanceQueues: (db) => library.advanceQueues(db, []),
  listDisplaced: (db) => library.listDisplaced(db, []),
  ensureSensorRuns: (db) => library.ensureSensorRuns(db, []),
  reportSensorsStarted: (db) => library.reportSensorsStarted(db, [], hold),
  reportSensorsRunning: (db) => library.reportSensorsRunning(db, [], hold),
  reportSensorsStopped: (db) => library.reportSensorsStopped(db, [], hold),
  reportSensorsCrashed: (db) => library.reportSensorsCrashed(db, [], hold),
  reportSensorsFailed: (db) => library.reportSensorsFailed(db, [], hold),
  saveSensorCheckpoints: (db) => library.saveSensorCheckpoints(db, [], hold),
  ensureTimers: (db) => library.ensureTimers(db, []),
  recordRuleErrors: (db) => library.recordRuleErrors(db, []),
  appendLogChunks: (db) => library.appendLogChunks(db, []),
};

it.each(Object.entries(batches))('%s of nothing asks the database nothing', async (_name, verb) => {
  const { db, statements } = recordStatements([[]]);

  const answer = await verb(db);

  expect(answer ?? []).toEqual([]);
  expect(statements).toEqual([]);
});
