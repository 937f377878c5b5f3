import type { Db } from '../database.js';
import type { ExecutionRow } from '../schema/index.js';
import type { Claim, WorkerHold } from './execution-run.repository.js';

/** What the token of an execution may rest on. */
export type HeldExecution = Pick<
  ExecutionRow,
  'id' | 'attempt' | 'action_ref' | 'executor' | 'permission_set_refs'
>;

/**
 * The execution, while this attempt of it runs in the hands of this start of the worker. undefined: the attempt has
 * ended, or was given to another.
 */
export async function findHeldExecution(
  db: Db,
  { workerId, incarnation }: WorkerHold,
  { id, attempt }: Claim,
): Promise<HeldExecution | undefined> {
  return db
    .selectFrom('execution')
    .select(['id', 'attempt', 'action_ref', 'executor', 'permission_set_refs'])
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('worker', '=', workerId)
    .where('incarnation', '=', incarnation)
    .where('status', 'in', ['running', 'canceling'])
    .executeTakeFirst();
}
