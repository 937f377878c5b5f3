import * as log from '../repositories/execution-log.repository.js';
import * as history from '../repositories/execution-history.repository.js';
import { insertExecutions } from '../repositories/execution-request.repository.js';
import * as run from '../repositories/execution-run.repository.js';
import * as scheduling from '../repositories/execution-scheduling.repository.js';
import * as settlement from '../repositories/execution-settlement.repository.js';
import * as execution from '../repositories/execution.repository.js';
import type { Samples } from './sample.js';
import { firstPage, laterPage, day } from './sample.js';

const hold = { workerId: 1, incarnation: 1 };

/** The life of an execution. */
export const executionSamples: Samples = {
  execution: {
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
  },
  'execution-request': {
    insertExecutions: (db) => insertExecutions(db, [{ action_ref: 'core.echo' }]),
    'insertExecutions (with a key)': (db) =>
      insertExecutions(db, [{ action_ref: 'core.echo', idempotency_key: 'once' }]),
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
    requestCancel: (db) => settlement.requestCancel(db, 1),
  },
  'execution-log': {
    appendLogChunks: (db) =>
      log.appendLogChunks(db, [
        { execution_id: 1, attempt: 1, sequence: 1, stream: 'stdout', content: 'hi' },
      ]),
    listLogChunks: (db) => log.listLogChunks(db, 1, { limit: 100 }),
  },
};
