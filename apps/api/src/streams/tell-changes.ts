import type { RouteSpec } from '@attune/contract';
import { message, notice } from '@attune/mq';
import type { NoticeChange, Outgoing } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { Call } from '../http/call.js';

/**
 * After the commit: first the services that have work to do, then subscribers who may read the rows. The rows say it
 * all, and sweeps and the definition epoch lead services to them: what is lost costs time.
 */
export async function tellChanges(
  { ctx, caller: { cause } }: Pick<Call<RouteSpec>, 'ctx' | 'caller'>,
  changes: readonly NoticeChange[],
  work: readonly Outgoing[] = [],
): Promise<void> {
  await faultPoint('api.request.after-commit-before-publish');
  const told = message(notice, { changes: [...changes] }, { cause });
  await ctx.publisher.publish([...work, told]).catch((error: unknown) => {
    const rows = changes.map(({ entityType, entityId }) => `${entityType} ${entityId}`);
    ctx.log.warn({ event: 'change.not_told', err: error, rows }, 'changed, but nobody is told');
  });
}
