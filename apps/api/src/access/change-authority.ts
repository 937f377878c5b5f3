import { changeOf } from '@attune/changes';
import type { RouteSpec } from '@attune/contract';
import { inTransaction } from '@attune/db';
import type { Trx } from '@attune/db';
import type { Principal } from '@attune/domain';
import type { NoticeChange } from '@attune/mq';
import { auditAct } from '../auth/audit-act.js';
import type { Call } from '../http/call.js';
import { tellChanges } from '../streams/tell-changes.js';
import { keepingAdministrator } from './last-administrator.js';

/** What a change of who may do what needs of the request that asked for it. */
export type AuthorityCall = Pick<Call<RouteSpec>, 'ctx' | 'caller'> & { readonly principal: Principal };

export interface AuthorityChange<T> {
  readonly result: T;
  /** For the audit trail: `identity.frozen`. */
  readonly event: string;
  readonly subject: {
    readonly type: 'identity' | 'permission_set';
    readonly id: number;
    readonly ref: string;
  };
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
  const { result, event, subject } = await inTransaction(ctx.db, async (trx) => {
    const change = await keepingAdministrator(trx, () => work(trx));
    await auditAct(trx, call, {
      category: 'rbac',
      event_type: change.event,
      resource: change.subject,
      details: { before: change.before ?? null, after: change.after ?? null },
    });
    return change;
  });
  ctx.auth.forget();
  await tellChanges(call, [noticeOf(event, subject)]);
  return result;
}

/** With what the routes ask of who reads the row: an identity is known by its id alone. */
function noticeOf(event: string, { type, id, ref }: AuthorityChange<unknown>['subject']): NoticeChange {
  const [, verb] = event.split('.');
  const change = verb === 'created' || verb === 'deleted' ? verb : 'updated';
  return changeOf(type, change, type === 'identity' ? { id } : { id, ref });
}
