import { requestCancel } from '@attune/db';
import type { ExecutionDetail } from '@attune/db';
import { InvalidStateError, isTerminalExecution } from '@attune/domain';
import { cancelMessages } from '@attune/mq';
import type { Cause, Outgoing } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { ApiContext } from '../context.js';

/**
 * Cancels what has not started, asks the worker to end what runs. Asking twice is asking once; what ended
 * already is an InvalidStateError. A message that is lost is sent again by the executor's sweeps.
 */
export async function cancelExecution(
  ctx: ApiContext,
  row: ExecutionDetail,
  { login, cause }: { login: string; cause: Cause },
): Promise<void> {
  const outcome = await requestCancel(ctx.db, row.id, `cancelled by ${login}`);
  if (outcome === undefined) {
    if (row.status === 'canceling') return;
    const state = isTerminalExecution(row.status) ? `it is ${row.status}` : 'it ended in this moment';
    throw new InvalidStateError(`cannot cancel execution ${row.id}: ${state}`);
  }
  await faultPoint('api.request.after-commit-before-publish');
  await publishQuietly(
    ctx,
    cancelMessages([outcome], () => ({ cause })),
    row.id,
  );
}

async function publishQuietly(ctx: ApiContext, messages: readonly Outgoing[], id: number): Promise<void> {
  await ctx.publisher.publish(messages).catch((error: unknown) => {
    ctx.log.warn(
      { event: 'execution.cancel_announce_failed', err: error, execution_id: id },
      'cancel is committed but not announced; the sweep announces it',
    );
  });
}
