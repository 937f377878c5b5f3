import { loadRequestedExecutions, releasingAdmissions, requestCancels, settleExecutions } from '@attune/db';
import type { CancelRequested, SettledExecution, Standing, Trx } from '@attune/db';
import { announceEvents } from '@attune/intake';
import {
  ack,
  cancelMessages,
  causeOf,
  executionChange,
  executionRequested,
  message,
  noticeOf,
} from '@attune/mq';
import type { ExecutionFinished, NoticeChange, Outgoing, Received, Verdict } from '@attune/mq';
import { faultPoint } from '@attune/service';

import type { ExecutorContext } from '../context.js';
import { causeOfExecution } from '../sweeps/announce-again.js';

/**
 * Finished executions → settled, in one transaction with their slots, which go to the next in order, and with the events
 * that tell rules of them; an attempt that is to be followed by another → requested. Safe to run twice: settling happens once per execution, and a request announced
 * twice is scheduled once.
 */
export async function handleExecutionFinished(
  batch: readonly Received<ExecutionFinished>[],
  ctx: ExecutorContext,
): Promise<readonly Verdict[]> {
  const ids = [...new Set(batch.map(({ body }) => body.executionId))];
  await faultPoint('executor.finished.before-commit');
  const { outcome, promoted } = await releasingAdmissions(ctx.db, ids, async (trx) => {
    const settled = await settleExecutions(trx, ids);
    return {
      settled,
      orphans: await cancelOrphans(trx, settled),
      events: await ctx.finishEvents.store(trx, settled),
    };
  });
  const { settled, orphans, events } = outcome;
  await faultPoint('executor.finished.after-commit-before-publish');
  const again = await requestsOf(batch, settled, ctx);
  await ctx.publisher.publish([
    ...again,
    ...promoted.map(requestOf),
    ...cancelMessages(orphans, causeOfExecution),
    ...noticeOf(changesOf(settled)),
  ]);
  await announceEvents(ctx, events);
  await faultPoint('executor.finished.after-publish-before-ack');
  return batch.map(() => ack());
}

/** What a program that was cancelled has requested in its last moment: it may not have been seen then. */
async function cancelOrphans(trx: Trx, settled: readonly SettledExecution[]): Promise<CancelRequested[]> {
  const cancelled = settled.filter(({ status }) => status === 'cancelled').map(({ id }) => id);
  return requestCancels(trx, cancelled, 'the execution above it was cancelled');
}

/** Of an execution that was given a slot. */
function requestOf({ execution }: Standing): Outgoing {
  return message(executionRequested, { executionId: execution }, causeOfExecution(execution));
}

/** Further attempts that are due now; those with a delay are found by the sweep when it is over. */
async function requestsOf(
  batch: readonly Received<ExecutionFinished>[],
  settled: readonly SettledExecution[],
  { db }: ExecutorContext,
): Promise<Outgoing[]> {
  const done = new Set(settled.map(({ id }) => id));
  const open = new Map(
    batch.filter(({ body }) => !done.has(body.executionId)).map((each) => [each.body.executionId, each]),
  );
  if (open.size === 0) return [];
  const due = await loadRequestedExecutions(db, [...open.keys()]);
  return due.map(({ id }) => {
    const origin = open.get(id);
    return message(
      executionRequested,
      { executionId: id },
      origin === undefined ? {} : { cause: causeOf(origin) },
    );
  });
}

function changesOf(settled: readonly SettledExecution[]): NoticeChange[] {
  return settled.map((row) => executionChange(row, { change: 'updated', status: row.status }));
}
