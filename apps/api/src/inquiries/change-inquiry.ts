import { getExecution, getInquiry, inTransaction } from '@attune/db';
import type { InquiryRow, Trx } from '@attune/db';
import { InvalidStateError, splitRef } from '@attune/domain';
import { inquiryResponded, message, notice } from '@attune/mq';
import { faultPoint } from '@attune/service';
import { auditAct } from '../auth/audit-act.js';
import type { Actor } from '../auth/audit-act.js';
import type { ApiContext } from '../context.js';

type Change = 'created' | 'updated' | 'responded' | 'cancelled';

/** Changes an inquiry and says who did, in one transaction, then tells. Undefined when somebody was faster. */
export async function changeInquiry(
  call: Actor & { ctx: ApiContext },
  change: Change,
  write: (trx: Trx) => Promise<InquiryRow | undefined>,
): Promise<InquiryRow | undefined> {
  const { ctx } = call;
  const row = await inTransaction(ctx.db, async (trx) => {
    const written = await write(trx);
    if (written === undefined) return undefined;
    const resource = { type: 'inquiry', id: written.id };
    const details = { execution: written.execution };
    await auditAct(trx, call, { category: 'execution', event_type: `inquiry.${change}`, resource, details });
    return written;
  });
  if (row === undefined) return undefined;
  await faultPoint('api.request.after-commit-before-publish');
  await announce(call, change, row);
  return row;
}

/** Why a pending inquiry could not be changed: InvalidStateError that names its state. */
export async function refuseFinished({ db }: ApiContext, intention: string, id: number): Promise<never> {
  const { status } = await getInquiry(db, id);
  throw new InvalidStateError(`cannot ${intention} inquiry ${id}: it is ${status}`);
}

async function announce(
  { ctx, caller: { cause } }: Actor & { ctx: ApiContext },
  change: Change,
  row: InquiryRow,
): Promise<void> {
  const { action_ref, root } = await getExecution(ctx.db, row.execution);
  const news = {
    entityType: 'inquiry',
    entityId: row.id,
    change: change === 'created' ? ('created' as const) : ('updated' as const),
    ref: action_ref,
    packRef: splitRef(action_ref).pack,
    root,
    status: row.status,
    ...(row.assigned_to === null ? {} : { identityId: row.assigned_to }),
  };
  const work = change === 'responded' ? [message(inquiryResponded, { inquiryId: row.id }, { cause })] : [];
  await ctx.publisher
    .publish([...work, message(notice, { changes: [news] }, { cause })])
    .catch((error: unknown) => {
      ctx.log.warn(
        { event: 'inquiry.announce_failed', err: error, inquiry_id: row.id },
        'an inquiry is changed but not announced',
      );
    });
}
