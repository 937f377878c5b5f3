import { claimExecutions, finishExecutions, insertExecutions, openDatabase } from '@attune/db';
import { counter } from '@attune/service';
import type { Contestant } from './contestant.js';
import type { Ground } from './ground.js';

/**
 * The repositories, called as intake and worker call them. Beyond what the yardstick does, they find action and
 * version by the action's ref, place a child in the tree of its parent, answer in the order of the input, lock
 * the worker's row against the sweep that takes over lost executions and check its incarnation and lease, hand
 * out the action's content with a claim, and let an attempt end in another one.
 */
export function openOurs({ url, action, worker }: Ground, connections: number): Contestant {
  const database = openDatabase({ url, poolSize: connections, applicationName: 'attune-bench' });
  const { db } = database;
  return {
    insert: (configs) =>
      insertExecutions(
        db,
        configs.map((config) => ({ action_ref: action.ref, config: { ...config }, executor: 1 })),
      ),
    claim: (attempts) => claimExecutions(db, attempts, worker),
    finish: (attempts, result) =>
      finishExecutions(
        db,
        attempts.map(({ id, attempt }) => ({ id, attempt, status: 'completed', result })),
        worker,
      ),
    statements,
    close: () => database.close(),
  };
}

/** Those of all pools of this process, of which one works at a time. */
async function statements(): Promise<number> {
  const { values } = await counter({ name: 'attune_db_statements_total', help: '' }).get();
  return values.reduce((total, { value }) => total + value, 0);
}
