import * as admission from '../repositories/admission.repository.js';
import * as cancel from '../repositories/execution-cancel.repository.js';
import { findHeldExecution, findHeldParameters } from '../repositories/execution-hold.repository.js';
import * as log from '../repositories/execution-log.repository.js';
import * as history from '../repositories/execution-history.repository.js';
import { insertExecutions } from '../repositories/execution-request.repository.js';
import * as run from '../repositories/execution-run.repository.js';
import * as scheduling from '../repositories/execution-scheduling.repository.js';
import * as settlement from '../repositories/execution-settlement.repository.js';
import * as waiting from '../repositories/execution-waiting.repository.js';
import * as execution from '../repositories/execution.repository.js';
import type { Samples } from './sample.js';
import { firstPage, laterPage, day } from './sample.js';

const hold = { workerId: 1, incarnation: 1 };

/** The life of an execution. */
export const executionSamples: Samples = {
  execution: {
    findExecution: (db) => execution.findExecution(db, 1),
    getExecution: (db) => execution.getExecution(db, 1),
    countExecutions: (db) => execution.countExecutions(db, { newest: 10_000 }),
    listExecutionAncestors: (db) => execution.listExecutionAncestors(db, 1),
    deleteExecution: (db) => execution.deleteExecution(db, 1),
    listExecutions: (db) =>
      execution.listExecutions(
        db,
        {
          status: ['running', 'canceling'],
          action_ref: 'core.*',
          executor: 1,
          worker: 1,
          root: 1,
          top_level_only: true,
          ...day,
        },
        firstPage,
      ),
    'listExecutions (by cause)': (db) =>
      execution.listExecutions(
        db,
        { rule_ref: 'core.watch', trigger_ref: 'core.*', enforcement: 1, cause_event: 1, status: 'failed' },
        firstPage,
      ),
    'listExecutions (trees by cause)': (db) =>
      execution.listExecutions(
        db,
        { rule_ref: 'core.watch' },
        { limit: 50, cursor: Buffer.from('["1","1"]').toString('base64url') },
      ),
    'listExecutions (children)': (db) => execution.listExecutions(db, { parent: 1 }, laterPage),
  },
  'execution-request': {
    insertExecutions: (db) => insertExecutions(db, [{ action_ref: 'core.echo' }]),
    'insertExecutions (with a key)': (db) =>
      insertExecutions(db, [{ action_ref: 'core.echo', idempotency_key: 'once' }]),
  },
  'execution-hold': {
    findHeldExecution: (db) => findHeldExecution(db, hold, { id: 1, attempt: 1 }),
    findHeldParameters: (db) => findHeldParameters(db, hold, { id: 1, attempt: 1 }),
  },
  'execution-history': {
    listAttempts: (db) => history.listAttempts(db, 1),
    listExecutionHistory: (db) => history.listExecutionHistory(db, 1),
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
  },
  'execution-cancel': {
    requestCancels: (db) => cancel.requestCancels(db, [1], 'by hand'),
    requestCancel: (db) => cancel.requestCancel(db, 1),
    cancelPackExecutions: (db) => cancel.cancelPackExecutions(db, 'core', 'the pack is deleted'),
  },
  'execution-waiting': {
    pauseExecutions: (db) => waiting.pauseExecutions(db, [1], 'by hand'),
    resumeExecutions: (db) => waiting.resumeExecutions(db, [1]),
    startParkedExecutions: (db) =>
      waiting.startParkedExecutions(db, [{ id: 1, attempt: 1, waiting_for: 'children' }]),
    parkExecutions: (db) => waiting.parkExecutions(db, [{ id: 1, attempt: 1, waiting_for: 'inquiry' }], hold),
    finishParkedExecutions: (db) =>
      waiting.finishParkedExecutions(db, [{ id: 1, attempt: 1, status: 'completed' }]),
  },
  admission: {
    requestAdmissions: (db) => admission.requestAdmissions(db, [{ policy: 1, execution: 1 }]),
    releasingAdmissions: (db) => admission.releasingAdmissions(db, [1], async () => undefined),
    listQueues: (db) => admission.listQueues(db, { limit: 10 }),
    advanceQueues: (db) => admission.advanceQueues(db, [{ policy: 1, group_key: '' }]),
    listDisplaced: (db) => admission.listDisplaced(db, [{ policy: 1, group_key: '' }]),
    findAdmission: (db) => admission.findAdmission(db, { policy: 1, execution: 1 }),
    listAdmissions: (db) =>
      admission.listAdmissions(db, { policy: 1, group_key: '', execution: 1, status: 'queued' }, firstPage),
  },
  'execution-log': {
    appendLogChunks: (db) =>
      log.appendLogChunks(db, [
        { execution_id: 1, attempt: 1, sequence: 1, stream: 'stdout', content: 'hi' },
      ]),
    listLogChunks: (db) => log.listLogChunks(db, 1, { limit: 100 }),
  },
};
