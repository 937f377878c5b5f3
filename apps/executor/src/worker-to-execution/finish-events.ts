import { isTriggerWanted } from '@attune/db';
import type { Db, SettledExecution, Trx } from '@attune/db';
import { storeEvents } from '@attune/intake';
import type { StoredEvent } from '@attune/intake';

const trigger = 'core.execution_finished';

/** Events about executions that ended, for as long as any rule waits for them. */
export interface FinishEvents {
  /** In the transaction that settles them. Answers what is to be announced after it. */
  store(trx: Trx, settled: readonly SettledExecution[]): Promise<readonly StoredEvent[]>;
}

export function createFinishEvents(db: Db): FinishEvents {
  let kept: { epoch: number; wanted: boolean } | undefined;
  const isWanted = async (epoch: number): Promise<boolean> => {
    if (kept === undefined || kept.epoch < epoch) kept = await isTriggerWanted(db, trigger);
    return kept.wanted;
  };
  return {
    store: async (trx, settled) => {
      const [first] = settled;
      if (first === undefined || !(await isWanted(first.epoch))) return [];
      return storeEvents(
        trx,
        settled.map((execution) => ({
          trigger,
          payload: payloadOf(execution),
          causeExecution: execution.id,
        })),
      );
    },
  };
}

function payloadOf(execution: SettledExecution) {
  const { id, action_ref, status, attempt, cause_event, parent, started_at, finished_at } = execution;
  return {
    execution_id: id,
    action_ref,
    status,
    attempt,
    ...(cause_event === null ? {} : { cause_event }),
    ...(parent === null ? {} : { parent }),
    ...(started_at === null ? {} : { started_at: started_at.toISOString() }),
    ...(finished_at === null ? {} : { finished_at: finished_at.toISOString() }),
  };
}
