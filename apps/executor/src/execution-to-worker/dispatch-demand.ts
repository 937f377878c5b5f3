import type { ExecutionToSchedule } from '@attune/db';
import { dispatchQueueName, splitRef } from '@attune/domain';
import type { Placement } from '@attune/domain';

/** Its runtimes go by their short names. */
const corePack = 'core';

/** What a worker must offer to run an execution; executions with equal demands share a dispatch queue. */
export interface DispatchDemand {
  readonly queue: string;
  /** `python`, or the ref of a runtime that a pack brings along. */
  readonly runtime: string;
  readonly placement?: Placement;
}

type Demanding = Pick<
  ExecutionToSchedule,
  'action_snapshot' | 'worker_selector' | 'worker_tolerations' | 'worker_affinity'
>;

/** undefined when the action has no runtime. What the execution leaves open (null) is the action's. */
export function demandOf(execution: Demanding): DispatchDemand | undefined {
  const { runtime_ref } = execution.action_snapshot;
  if (runtime_ref === null) return undefined;
  const { pack, name } = splitRef(runtime_ref);
  const runtime = pack === corePack ? name : runtime_ref;
  const placement = placementOf(execution);
  if (placement === undefined) return { queue: dispatchQueueName(runtime), runtime };
  return { queue: dispatchQueueName(runtime, placement), runtime, placement };
}

/** For people: `python {"runtime_version":">=3.12"}`. */
export function describeDemand({ runtime, placement }: DispatchDemand): string {
  return placement === undefined ? runtime : `${runtime} ${JSON.stringify(placement)}`;
}

function placementOf(execution: Demanding): Placement | undefined {
  const action = execution.action_snapshot;
  const demands = {
    runtime_version: action.runtime_version_constraint,
    required_runtimes: action.required_worker_runtimes,
    selector: execution.worker_selector ?? action.worker_selector,
    tolerations: execution.worker_tolerations ?? action.worker_tolerations,
    affinity: execution.worker_affinity ?? action.worker_affinity,
  };
  const made = Object.entries(demands).filter(([, demand]) => demand !== null && !isEmpty(demand));
  return made.length === 0 ? undefined : (Object.fromEntries(made) as Placement);
}

function isEmpty(demand: string | object): boolean {
  return Object.keys(demand).length === 0;
}
