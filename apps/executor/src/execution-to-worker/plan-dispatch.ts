import type { ExecutionToSchedule, Refusal, Wait } from '@attune/db';

import { demandOf, describeDemand } from './dispatch-demand.js';
import type { DispatchDemand } from './dispatch-demand.js';

/** What scheduleExecutions, deferExecutions and refuseExecutions are given. */
export interface DispatchPlan {
  readonly schedule: readonly { id: number; dispatch_queue: string }[];
  readonly wait: readonly Wait[];
  readonly refuse: readonly Refusal[];
}

export type Demands = ReadonlyMap<number, DispatchDemand | undefined>;

/** By execution id. */
export function demandsOf(executions: readonly ExecutionToSchedule[]): Demands {
  return new Map(executions.map((execution) => [execution.id, demandOf(execution)]));
}

/**
 * What becomes of requested executions: dispatched when a worker is there for them, otherwise they wait for one and
 * say so. What can never run is refused.
 */
export function planDispatch(
  executions: readonly ExecutionToSchedule[],
  demands: Demands,
  served: ReadonlySet<string>,
): DispatchPlan {
  const schedule: { id: number; dispatch_queue: string }[] = [];
  const wait: Wait[] = [];
  const refuse: Refusal[] = [];
  for (const { id, action_ref } of executions) {
    const demand = demands.get(id);
    if (demand === undefined) {
      refuse.push({ id, error: `cannot schedule execution ${id}: action ${action_ref} has no runtime` });
    } else if (served.has(demand.queue)) schedule.push({ id, dispatch_queue: demand.queue });
    else wait.push(waitFor(demand, id));
  }
  return { schedule, wait, refuse };
}

function waitFor(demand: DispatchDemand, id: number): Wait {
  const detail = `no worker offers ${describeDemand(demand)}`;
  return { id, waiting_for: 'worker', detail, dispatch_queue: demand.queue };
}
