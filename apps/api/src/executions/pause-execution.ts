import { inTransaction, pauseExecutions, releasingAdmissions, resumeExecutions } from '@attune/db';
import type { ExecutionDetail, Trx } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { executionChange, executionRequested, message, noticeOf } from '@attune/mq';
import type { Cause, Outgoing } from '@attune/mq';
import type { ApiContext } from '../context.js';
import { publishQuietly } from './publish-quietly.js';

export interface Intervention {
  readonly login: string;
  readonly cause: Cause;
  /** In the transaction of the change. */
  readonly audit: (trx: Trx) => Promise<void>;
}

/** Keeps it from starting until it is resumed; slots it waits for or holds go to others. Only what has not started. */
export async function pauseExecution(ctx: ApiContext, row: ExecutionDetail, by: Intervention): Promise<void> {
  const { outcome: paused, promoted } = await releasingAdmissions(ctx.db, [row.id], async (trx) => {
    const ids = await pauseExecutions(trx, [row.id], `paused by ${by.login}`);
    if (ids.length > 0) await by.audit(trx);
    return ids;
  });
  if (paused.length === 0)
    refuse(row, 'paused', row.waiting_for === 'pause' ? 'it is paused already' : undefined);
  const given = promoted.map(({ execution }) => requestOf(execution, by.cause));
  await publishQuietly(ctx, [...given, ...changeOf(row, by.cause)], row.id);
}

/** Requests it anew, or lets the rest of its delay go on. */
export async function resumeExecution(
  ctx: ApiContext,
  row: ExecutionDetail,
  by: Intervention,
): Promise<void> {
  const resumed = await inTransaction(ctx.db, async (trx) => {
    const ids = await resumeExecutions(trx, [row.id]);
    if (ids.length > 0) await by.audit(trx);
    return ids;
  });
  if (resumed.length === 0) refuse(row, 'resumed', 'it is not paused');
  await publishQuietly(ctx, [requestOf(row.id, by.cause), ...changeOf(row, by.cause)], row.id);
}

function refuse({ id, status }: ExecutionDetail, verb: string, why = `it is ${status}`): never {
  throw new InvalidStateError(`execution ${id} cannot be ${verb}: ${why}`);
}

function requestOf(executionId: number, cause: Cause): Outgoing {
  return message(executionRequested, { executionId }, { cause });
}

function changeOf(row: ExecutionDetail, cause: Cause): Outgoing[] {
  return noticeOf([executionChange(row, { change: 'updated', status: 'requested' })], { cause });
}
