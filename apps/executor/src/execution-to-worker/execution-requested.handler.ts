import { deferExecutions, loadRequestedExecutions, refuseExecutions, scheduleExecutions } from '@attune/db';
import type { ExecutionToSchedule } from '@attune/db';
import type { ExecutionStatus } from '@attune/domain';
import {
  ack,
  cancelMessages,
  causeOf,
  executionChange,
  executionFinished,
  executionRequested,
  executionScheduled,
  message,
  noticeOf,
} from '@attune/mq';
import type { Cause, ExecutionRequested, Outgoing, Received, Verdict } from '@attune/mq';
import { faultPoint } from '@attune/service';

import type { ExecutorContext } from '../context.js';
import { causeOfExecution } from '../sweeps/announce-again.js';
import { demandsOf, planDispatch } from './plan-dispatch.js';
import type { DispatchPlan } from './plan-dispatch.js';
import { admitExecutions } from './policies/admit.js';
import type { Admitted } from './policies/admit.js';

/**
 * Requested executions → dispatch queues, those that policies let through. Safe to run twice: only executions still
 * requested and due are loaded, who has a slot keeps it, and each is scheduled by one compare-and-set. What a crash
 * leaves unannounced is found by the sweeps of requested and of scheduled executions.
 */
export async function handleExecutionRequested(
  batch: readonly Received<ExecutionRequested>[],
  ctx: ExecutorContext,
): Promise<readonly Verdict[]> {
  const executions = await loadRequestedExecutions(
    ctx.db,
    batch.map(({ body }) => body.executionId),
  );
  if (executions.length > 0) {
    const plan = await makePlan(executions, ctx);
    const admission = await admitExecutions(plannedOf(executions, plan), ctx);
    await faultPoint('executor.requests.after-admission-before-commit');
    const dispatched = await commitPlan(admittedPart(plan, admission), ctx);
    await faultPoint('executor.requests.after-commit-before-publish');
    await ctx.publisher.publish(announce({ ...dispatched, ...admission }, { executions, batch }));
    await faultPoint('executor.requests.after-publish-before-ack');
  }
  return batch.map(() => ack());
}

/** The queues exist before anybody asks who serves them: workers choose from their rows. */
async function makePlan(
  executions: readonly ExecutionToSchedule[],
  { dispatch }: ExecutorContext,
): Promise<DispatchPlan> {
  const demands = demandsOf(executions);
  await dispatch.ensure([...demands.values()].filter((demand) => demand !== undefined));
  return planDispatch(executions, demands, await dispatch.served());
}

/** Who waits for a worker asks for no slot meanwhile. */
function plannedOf(executions: readonly ExecutionToSchedule[], { schedule }: DispatchPlan) {
  const planned = new Set(schedule.map(({ id }) => id));
  return executions.filter(({ id }) => planned.has(id));
}

function admittedPart(plan: DispatchPlan, { admitted }: Admitted): DispatchPlan {
  return { ...plan, schedule: plan.schedule.filter(({ id }) => admitted.has(id)) };
}

interface Dispatched {
  readonly scheduled: readonly { id: number; attempt: number; dispatch_queue: string }[];
  readonly waiting: readonly number[];
  readonly refused: readonly { id: number; attempt: number }[];
}

async function commitPlan(plan: DispatchPlan, { db }: ExecutorContext): Promise<Dispatched> {
  return {
    scheduled: plan.schedule.length > 0 ? await scheduleExecutions(db, plan.schedule) : [],
    waiting: plan.wait.length > 0 ? await deferExecutions(db, plan.wait) : [],
    refused: plan.refuse.length > 0 ? await refuseExecutions(db, plan.refuse) : [],
  };
}

interface Origin {
  readonly executions: readonly ExecutionToSchedule[];
  readonly batch: readonly Received<ExecutionRequested>[];
}

function announce(done: Dispatched & Admitted, { executions, batch }: Origin): Outgoing[] {
  const origins = new Map(batch.map((each) => [each.body.executionId, each]));
  const cause = (id: number): { cause?: Cause } => {
    const origin = origins.get(id);
    return origin === undefined ? causeOfExecution(id) : { cause: causeOf(origin) };
  };
  return [
    ...done.scheduled.map(({ id, attempt, dispatch_queue: dispatchQueue }) =>
      message(executionScheduled, { executionId: id, attempt }, { ...cause(id), dispatchQueue }),
    ),
    ...done.refused.map(({ id, attempt }) =>
      message(executionFinished, { executionId: id, attempt }, cause(id)),
    ),
    ...done.promoted.map((id) => message(executionRequested, { executionId: id }, cause(id))),
    ...cancelMessages(done.cancelled, cause),
    ...noticeOf(changesOf(done, executions)),
  ];
}

function changesOf(
  { scheduled, waiting, queued, refused }: Dispatched & Admitted,
  executions: readonly ExecutionToSchedule[],
) {
  const statuses = new Map<number, ExecutionStatus>([
    ...scheduled.map(({ id }) => [id, 'scheduled'] as const),
    ...[...waiting, ...queued].map((id) => [id, 'requested'] as const),
    ...refused.map(({ id }) => [id, 'failed'] as const),
  ]);
  return executions.flatMap((execution) => {
    const status = statuses.get(execution.id);
    return status === undefined ? [] : [executionChange(execution, { change: 'updated', status })];
  });
}
