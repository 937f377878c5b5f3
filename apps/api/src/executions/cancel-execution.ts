import { requestCancels } from '@attune/db';
import type { ExecutionDetail } from '@attune/db';
import { InvalidStateError, isTerminalExecution } from '@attune/domain';
import { cancelMessages } from '@attune/mq';
import type { Cause } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { ApiContext } from '../context.js';
import { publishQuietly } from './publish-quietly.js';

/**
 * Cancels what has not started, asks workers to end what runs, with everything below it. Asking twice is asking once;
 * what ended already is an InvalidStateError. A message that is lost is sent again by the executor's sweeps.
 */
export async function cancelExecution(
  ctx: ApiContext,
  row: ExecutionDetail,
  { login, cause }: { login: string; cause: Cause },
): Promise<void> {
  const cancelled = await requestCancels(ctx.db, [row.id], `cancelled by ${login}`);
  if (!cancelled.some(({ id }) => id === row.id) && row.status !== 'canceling') {
    const state = isTerminalExecution(row.status) ? `it is ${row.status}` : 'it ended in this moment';
    throw new InvalidStateError(`cannot cancel execution ${row.id}: ${state}`);
  }
  await faultPoint('api.request.after-commit-before-publish');
  await publishQuietly(
    ctx,
    cancelMessages(cancelled, () => ({ cause })),
    row.id,
  );
}
