import { deferExecutions, loadRequestedExecutions, refuseExecutions, scheduleExecutions } from '@attune/db';
import type { ExecutionToSchedule } from '@attune/db';
import type { ExecutionStatus } from '@attune/domain';
import { ack, causeOf, executionFinished, executionScheduled, message } from '@attune/mq';
import type { Cause, ExecutionRequested, Outgoing, Received, Verdict } from '@attune/mq';
import { faultPoint } from '@attune/service';

import type { ExecutorContext } from '../context.js';
import { executionChange, noticeOf } from '../notice.js';
import { demandsOf, planDispatch } from './plan-dispatch.js';
import type { DispatchPlan } from './plan-dispatch.js';

/**
 * Requested executions → dispatch queues. Safe to run twice: only executions still requested and due are loaded,
 * and each is scheduled by one compare-and-set. What a crash leaves unannounced is found by the sweep of scheduled
 * executions.
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
    await faultPoint('executor.requests.after-load-before-commit');
    const dispatched = await commitPlan(plan, ctx);
    await faultPoint('executor.requests.after-commit-before-publish');
    await ctx.publisher.publish(announce(dispatched, { executions, batch }));
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

function announce({ scheduled, waiting, refused }: Dispatched, { executions, batch }: Origin): Outgoing[] {
  const origins = new Map(batch.map((each) => [each.body.executionId, each]));
  const cause = (id: number): { cause?: Cause } => {
    const origin = origins.get(id);
    return origin === undefined ? {} : { cause: causeOf(origin) };
  };
  const statuses = new Map<number, ExecutionStatus>([
    ...scheduled.map(({ id }) => [id, 'scheduled'] as const),
    ...waiting.map((id) => [id, 'requested'] as const),
    ...refused.map(({ id }) => [id, 'failed'] as const),
  ]);
  const changes = executions.flatMap((execution) => {
    const status = statuses.get(execution.id);
    return status === undefined ? [] : [executionChange(execution, { change: 'updated', status })];
  });
  return [
    ...scheduled.map(({ id, attempt, dispatch_queue: dispatchQueue }) =>
      message(executionScheduled, { executionId: id, attempt }, { ...cause(id), dispatchQueue }),
    ),
    ...refused.map(({ id, attempt }) => message(executionFinished, { executionId: id, attempt }, cause(id))),
    ...noticeOf(changes),
  ];
}
