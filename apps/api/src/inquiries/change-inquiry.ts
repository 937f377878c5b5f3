import { changeOf } from '@attune/changes';
import { getExecution, getInquiry, inTransaction } from '@attune/db';
import type { InquiryRow, Trx } from '@attune/db';
import { InvalidStateError } from '@attune/domain';
import { executionSubject, inquiryResponded, message } from '@attune/mq';
import { auditAct } from '../auth/audit-act.js';
import type { Actor } from '../auth/audit-act.js';
import type { ApiContext } from '../context.js';
import { tellChanges } from '../streams/tell-changes.js';

type Change = 'created' | 'updated' | 'responded' | 'cancelled' | 'deleted';
type InquiryCall = Actor & { readonly ctx: ApiContext };

/** Changes an inquiry and says who did, in one transaction, then tells. Undefined when somebody was faster. */
export async function changeInquiry(
  call: InquiryCall,
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
  if (row !== undefined) await tellInquiry(call, change, row);
  return row;
}

/** Why a pending inquiry could not be changed: InvalidStateError that names its state. */
export async function refuseFinished({ db }: ApiContext, intention: string, id: number): Promise<never> {
  const { status } = await getInquiry(db, id);
  throw new InvalidStateError(`cannot ${intention} inquiry ${id}: it is ${status}`);
}

/** After the commit; with what grants on inquiries look at, and where it stands among executions. */
export async function tellInquiry(
  call: Pick<InquiryCall, 'ctx' | 'caller'>,
  change: Change | 'expired',
  { id, execution, assigned_to, status }: InquiryRow,
): Promise<void> {
  const { action_ref, root, parent } = await getExecution(call.ctx.db, execution);
  const place = executionSubject({ action_ref, root, parent, executor: assigned_to });
  const kind = change === 'created' || change === 'deleted' ? change : 'updated';
  const told = changeOf('inquiry', kind, { id, ownerIdentityId: assigned_to, executionId: execution });
  const { cause } = call.caller;
  const work = change === 'responded' ? [message(inquiryResponded, { inquiryId: id }, { cause })] : [];
  await tellChanges(call, [{ ...told, ...place, status }], work);
}
