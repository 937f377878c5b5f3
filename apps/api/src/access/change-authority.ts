import type { RouteSpec } from '@attune/contract';
import { inTransaction } from '@attune/db';
import type { Trx } from '@attune/db';
import type { Principal } from '@attune/domain';
import { auditAct } from '../auth/audit-act.js';
import type { Call } from '../http/call.js';
import { keepingAdministrator } from './last-administrator.js';

/** What a change of who may do what needs of the request that asked for it. */
export type AuthorityCall = Pick<Call<RouteSpec>, 'ctx' | 'caller'> & { readonly principal: Principal };

export interface AuthorityChange<T> {
  readonly result: T;
  /** For the audit trail: `identity.frozen`. */
  readonly event: string;
  readonly subject: { readonly type: string; readonly id: number; readonly ref: string };
  /** Without secrets. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * The one way for somebody to change who may do what: with its entry in the audit trail, and without taking away the
 * last administrator. Effective in this process at once, in others within seconds.
 */
export async function changeAuthority<T>(
  call: AuthorityCall,
  work: (trx: Trx) => Promise<AuthorityChange<T>>,
): Promise<T> {
  const { ctx } = call;
  const result = await inTransaction(ctx.db, async (trx) => {
    const change = await keepingAdministrator(trx, () => work(trx));
    await auditAct(trx, call, {
      category: 'rbac',
      event_type: change.event,
      resource: change.subject,
      details: { before: change.before ?? null, after: change.after ?? null },
    });
    return change.result;
  });
  ctx.auth.forget();
  return result;
}
