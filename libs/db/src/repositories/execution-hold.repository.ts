import type { Db } from '../database.js';
import type { ExecutionRow } from '../schema/index.js';
import type { Claim, WorkerHold } from './execution-run.repository.js';

/** What the token of an execution may rest on. */
export type HeldExecution = Pick<
  ExecutionRow,
  'id' | 'attempt' | 'action_ref' | 'executor' | 'permission_set_refs'
>;

/** What the parameters of an execution are opened by. */
export type HeldParameters = Pick<ExecutionRow, 'id' | 'action_ref' | 'executor' | 'config'> & {
  /** Of the rule that has it run; null: it was asked for. */
  rule_ref: string | null;
};

/**
 * The execution, while this attempt of it runs in the hands of this start of the worker. undefined: the attempt has
 * ended, or was given to another.
 */
export async function findHeldExecution(
  db: Db,
  hold: WorkerHold,
  claim: Claim,
): Promise<HeldExecution | undefined> {
  return held(db, hold, claim)
    .select(['execution.id', 'attempt', 'action_ref', 'executor', 'permission_set_refs'])
    .executeTakeFirst();
}

/** The same with its parameters, as they are stored. */
export async function findHeldParameters(
  db: Db,
  hold: WorkerHold,
  claim: Claim,
): Promise<HeldParameters | undefined> {
  return held(db, hold, claim)
    .leftJoin('enforcement', 'enforcement.id', 'execution.enforcement')
    .select(['execution.id', 'action_ref', 'executor', 'execution.config', 'enforcement.rule_ref'])
    .executeTakeFirst();
}

function held(db: Db, { workerId, incarnation }: WorkerHold, { id, attempt }: Claim) {
  return db
    .selectFrom('execution')
    .where('execution.id', '=', id)
    .where('attempt', '=', attempt)
    .where('worker', '=', workerId)
    .where('incarnation', '=', incarnation)
    .where('execution.status', 'in', ['running', 'canceling']);
}
