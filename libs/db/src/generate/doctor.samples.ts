import * as execution from '../doctor/execution-facts.js';
import * as service from '../doctor/service-facts.js';
import * as source from '../doctor/source-facts.js';
import * as cause from '../repositories/cause.repository.js';
import * as check from '../repositories/ledger-check.repository.js';
import * as presence from '../repositories/process.repository.js';
import type { Samples } from './sample.js';

/** What finds out why something does not move. */
export const doctorSamples: Samples = {
  'doctor-executions': {
    findWaitingExecutions: (db) => execution.findWaitingExecutions(db),
    findOverdueExecutions: (db) => execution.findOverdueExecutions(db, 60_000),
    findPolicyQueues: (db) => execution.findPolicyQueues(db),
  },
  'doctor-sources': {
    findPendingEvents: (db) => source.findPendingEvents(db, 60_000),
    findWaitingMatches: (db) => source.findWaitingMatches(db),
    findOpenInquiries: (db) => source.findOpenInquiries(db),
    findOverdueTimers: (db) => source.findOverdueTimers(db, 60_000),
    findHaltedSensorRuns: (db) => source.findHaltedSensorRuns(db),
    findDisabledDefinitions: (db) => source.findDisabledDefinitions(db),
    findFailingRules: (db) => source.findFailingRules(db),
  },
  'doctor-services': {
    findTroubledWorkers: (db) => service.findTroubledWorkers(db),
    findLastLedgerCheck: (db) => service.findLastLedgerCheck(db),
  },
  process: {
    beatProcesses: (db) =>
      presence.beatProcesses(db, [
        { name: 'a', service: 'executor', version: '1.0.0', schema_version: 1, started_at: new Date(0) },
      ]),
    deleteProcesses: (db) => presence.deleteProcesses(db, ['a']),
    listProcesses: (db) => presence.listProcesses(db),
  },
  'ledger-check': {
    checkLedger: (db) => check.checkLedger(db, { everyMs: 45_000, windowMs: 300_000, timeoutMs: 10_000 }),
  },
  cause: {
    listCausedBy: (db) => cause.listCausedBy(db, 'core.alert', { events: [1], executions: [1] }),
  },
};
