import type { ExecutionToSchedule } from '@attune/db';

import { demandOf, describeDemand } from './dispatch-demand.js';
import type { DispatchDemand } from './dispatch-demand.js';

export interface DispatchPlan {
  readonly schedule: readonly { id: number; dispatch_queue: string }[];
  readonly wait: readonly { id: number; waiting_for: 'worker'; detail: string }[];
  readonly refuse: readonly { id: number; error: string }[];
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
  const plan = {
    schedule: [] as { id: number; dispatch_queue: string }[],
    wait: [] as { id: number; waiting_for: 'worker'; detail: string }[],
    refuse: [] as { id: number; error: string }[],
  };
  for (const { id, action_ref } of executions) {
    const demand = demands.get(id);
    if (demand === undefined) {
      plan.refuse.push({ id, error: `cannot schedule execution ${id}: action ${action_ref} has no runtime` });
    } else if (served.has(demand.queue)) plan.schedule.push({ id, dispatch_queue: demand.queue });
    else plan.wait.push({ id, waiting_for: 'worker', detail: `no worker offers ${describeDemand(demand)}` });
  }
  return plan;
}
