import { inTransaction } from '../database.js';
import { currentEpoch, lockDefinitions } from '../definition.js';
import { ledger } from '../ledger.js';
import * as version from '../repositories/definition-version.repository.js';
import * as flow from '../repositories/rule-flow.repository.js';
import * as decision from '../repositories/enforcement-decision.repository.js';
import * as enforcement from '../repositories/enforcement.repository.js';
import * as event from '../repositories/event.repository.js';
import { recordRuleErrors } from '../repositories/rule-error.repository.js';
import { findRulesOfExecutions, loadPolicySet } from '../repositories/policy-set.repository.js';
import { isTriggerWanted, loadRuleSet } from '../repositories/rule-set.repository.js';
import type { Samples } from './sample.js';
import { day, firstPage, laterPage } from './sample.js';

/** From the event to the decision. */
export const eventSamples: Samples = {
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
    holdPendingEvents: (db) => inTransaction(db, async (trx) => event.holdPendingEvents(trx, [1])),
    loadEvents: (db) => event.loadEvents(db, [1]),
    listBusyCauses: (db) => event.listBusyCauses(db, [1], { most: 100, spanMs: 60_000 }),
    deleteEvent: (db) => event.deleteEvent(db, 1),
    'listEvents (next page)': (db) => event.listEvents(db, {}, laterPage),
  },
  enforcement: {
    commitEvaluations: (db) =>
      enforcement.commitEvaluations(db, { epoch: 1, evaluations: [], enforcements: [] }),
    findEnforcement: (db) => enforcement.findEnforcement(db, 1),
    getEnforcement: (db) => enforcement.getEnforcement(db, 1),
    deleteEnforcement: (db) => enforcement.deleteEnforcement(db, 1),
    listEnforcements: (db) =>
      enforcement.listEnforcements(
        db,
        { event: 1, rule: 1, rule_ref: 'core.*', trigger_ref: 'core.alert', status: 'processed' },
        firstPage,
      ),
  },
  'enforcement-decision': {
    processEnforcements: (db) =>
      decision.processEnforcements(db, [
        { id: 1, execution: { action_id: 1, action_version: 1, config: {} } },
      ]),
    disableEnforcements: (db) =>
      decision.disableEnforcements(db, [{ id: 1, code: 'throttled', detail: 'too many' }]),
    supersedeEnforcements: (db) =>
      decision.supersedeEnforcements(db, [{ event_id: 1, rule_id: 1, detail: 'another came' }]),
    releaseEnforcements: (db) => decision.releaseEnforcements(db, [1]),
    takeDueEnforcements: (db) =>
      inTransaction(db, async (trx) => decision.takeDueEnforcements(trx, { limit: 1 })),
  },
  'rule-flow': {
    lockRuleFlows: (db) =>
      inTransaction(db, async (trx) => flow.lockRuleFlows(trx, [{ rule: 1, kind: 'dedupe', key: '' }])),
    saveRuleFlows: (db) =>
      inTransaction(db, async (trx) =>
        flow.saveRuleFlows(trx, [
          { rule: 1, kind: 'dedupe', key: '', state: { times: [1], event: 1 }, expires_at: new Date(0) },
        ]),
      ),
  },
  'policy-set': {
    loadPolicySet: (db) => loadPolicySet(db),
    findRulesOfExecutions: (db) => findRulesOfExecutions(db, [1]),
  },
  'rule-set': {
    loadRuleSet: (db) => loadRuleSet(db, [1]),
    isTriggerWanted: (db) => isTriggerWanted(db, 'core.alert'),
  },
  'rule-error': { recordRuleErrors: (db) => recordRuleErrors(db, [{ rule_id: 1, count: 1, error: 'no' }]) },
  definition: {
    currentEpoch: (db) => currentEpoch(db),
    lockDefinitions: (db) => inTransaction(db, lockDefinitions),
  },
  'definition-version': {
    findDefinitionVersion: (db) => version.findDefinitionVersion(db, 1),
    listDefinitionVersions: (db) =>
      version.listDefinitionVersions(
        db,
        { entityType: 'rule', ref: 'core.watch', author: 1, ...day },
        firstPage,
      ),
    getDefinitionVersion: (db) =>
      version.getDefinitionVersion(db, { entityType: 'rule', ref: 'core.watch', version: 1 }),
    findVersionInForce: (db) =>
      version.findVersionInForce(db, { entityType: 'rule', ref: 'core.watch', at: day.created_after }),
    diffDefinitionVersions: (db) =>
      version.diffDefinitionVersions(db, { entityType: 'rule', ref: 'core.watch', from: 1, to: 2 }),
  },
  ledger: { ledger: (db) => ledger(db) },
};
