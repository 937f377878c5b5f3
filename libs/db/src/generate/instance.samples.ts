import { currentEpoch, findDefinitionVersion, listDefinitionVersions } from '../definition.js';
import { ledger } from '../ledger.js';
import * as enforcement from '../repositories/enforcement.repository.js';
import * as event from '../repositories/event.repository.js';
import * as log from '../repositories/execution-log.repository.js';
import * as run from '../repositories/execution-run.repository.js';
import * as scheduling from '../repositories/execution-scheduling.repository.js';
import * as settlement from '../repositories/execution-settlement.repository.js';
import * as execution from '../repositories/execution.repository.js';
import { recordRuleErrors } from '../repositories/rule-error.repository.js';
import { loadRuleSet } from '../repositories/rule-set.repository.js';
import type { Samples } from './sample.js';
import { firstPage, laterPage } from './sample.js';

const day = { created_after: new Date(0), created_before: new Date(86_400_000) };
const hold = { workerId: 1, incarnation: 1 };

/** What events lead to, step by step. */
export const instanceSamples: Samples = {
  event: {
    insertEvents: (db) => event.insertEvents(db, [{ trigger_ref: 'core.alert', payload: { n: 1 } }]),
    loadPendingEvents: (db) => event.loadPendingEvents(db, [1]),
    findEvent: (db) => event.findEvent(db, 1),
    getEvent: (db) => event.getEvent(db, 1),
    listEvents: (db) =>
      event.listEvents(
        db,
        { trigger_ref: 'core.*', source_ref: 'core.eye', rule_ref: 'core.watch', status: 'pending', ...day },
        firstPage,
      ),
    'listEvents (next page)': (db) => event.listEvents(db, {}, laterPage),
  },
  enforcement: {
    commitEvaluations: (db) =>
      enforcement.commitEvaluations(db, { epoch: 1, evaluations: [], enforcements: [] }),
    findEnforcement: (db) => enforcement.findEnforcement(db, 1),
    getEnforcement: (db) => enforcement.getEnforcement(db, 1),
    listEnforcements: (db) =>
      enforcement.listEnforcements(
        db,
        { event: 1, rule: 1, rule_ref: 'core.*', trigger_ref: 'core.alert', status: 'processed' },
        firstPage,
      ),
  },
  execution: {
    insertExecutions: (db) => execution.insertExecutions(db, [{ action_ref: 'core.echo' }]),
    findExecution: (db) => execution.findExecution(db, 1),
    getExecution: (db) => execution.getExecution(db, 1),
    listExecutions: (db) =>
      execution.listExecutions(
        db,
        {
          status: ['running', 'canceling'],
          action_ref: 'core.*',
          rule_ref: 'core.watch',
          trigger_ref: 'core.alert',
          enforcement: 1,
          cause_event: 1,
          executor: 1,
          worker: 1,
          root: 1,
          top_level_only: true,
          ...day,
        },
        firstPage,
      ),
    'listExecutions (children)': (db) => execution.listExecutions(db, { parent: 1 }, laterPage),
    listAttempts: (db) => execution.listAttempts(db, 1),
    listExecutionHistory: (db) => execution.listExecutionHistory(db, 1),
  },
  'execution-scheduling': {
    loadRequestedExecutions: (db) => scheduling.loadRequestedExecutions(db, [1]),
    scheduleExecutions: (db) =>
      scheduling.scheduleExecutions(db, [{ id: 1, dispatch_queue: 'dispatch.shell' }]),
    deferExecutions: (db) => scheduling.deferExecutions(db, [{ id: 1, waiting_for: 'worker' }]),
    refuseExecutions: (db) => scheduling.refuseExecutions(db, [{ id: 1, error: 'no runtime' }]),
  },
  'execution-run': {
    claimExecutions: (db) => run.claimExecutions(db, [{ id: 1, attempt: 1 }], hold),
    listClaimedExecutions: (db) => run.listClaimedExecutions(db, [{ id: 1, attempt: 1 }], hold),
    finishExecutions: (db) => run.finishExecutions(db, [{ id: 1, attempt: 1, status: 'completed' }], hold),
  },
  'execution-settlement': {
    settleExecutions: (db) => settlement.settleExecutions(db, [1]),
    requestCancel: (db) => settlement.requestCancel(db, 1),
  },
  'execution-log': {
    appendLogChunks: (db) =>
      log.appendLogChunks(db, [
        { execution_id: 1, attempt: 1, sequence: 1, stream: 'stdout', content: 'hi' },
      ]),
    listLogChunks: (db) => log.listLogChunks(db, 1, { limit: 100 }),
  },
  'rule-set': { loadRuleSet: (db) => loadRuleSet(db, [1]) },
  'rule-error': { recordRuleErrors: (db) => recordRuleErrors(db, [{ rule_id: 1, count: 1, error: 'no' }]) },
  definition: {
    currentEpoch: (db) => currentEpoch(db),
    listDefinitionVersions: (db) =>
      listDefinitionVersions(db, { entityType: 'rule', ref: 'core.watch' }, firstPage),
    findDefinitionVersion: (db) => findDefinitionVersion(db, 1),
  },
  ledger: { ledger: (db) => ledger(db) },
};
