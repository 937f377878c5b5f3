import type { Outgoing } from '@attune/mq';
import type { ApiContext } from '../context.js';

/** Tells of what is committed about an execution. A failure is logged: the executor's sweeps announce it again. */
export async function publishQuietly(
  ctx: ApiContext,
  messages: readonly Outgoing[],
  id: number,
): Promise<void> {
  await ctx.publisher.publish(messages).catch((error: unknown) => {
    ctx.log.warn(
      { event: 'execution.announce_failed', err: error, execution_id: id },
      'a change of an execution is committed but not announced; the sweep announces it',
    );
  });
}
