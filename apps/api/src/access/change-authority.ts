import type { RouteSpec } from '@attune/contract';
import { inTransaction, listGrantHolders, lockDefinitions } from '@attune/db';
import type { Db, Trx } from '@attune/db';
import { holdsEverything, InvalidStateError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import { auditAct } from '../auth/audit-act.js';
import type { Call } from '../http/call.js';

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
 * The one way to change who may do what. Such changes happen one after the other, each with its entry in the audit
 * trail, and none takes away the last administrator: of two administrators who remove each other at once one stays.
 * Effective in this process at once, in others within seconds.
 */
export async function changeAuthority<T>(
  call: AuthorityCall,
  work: (trx: Trx) => Promise<AuthorityChange<T>>,
): Promise<T> {
  const { ctx } = call;
  const result = await inTransaction(ctx.db, async (trx) => {
    await lockDefinitions(trx);
    const hadAdministrator = await hasAdministrator(trx);
    const change = await work(trx);
    if (hadAdministrator && !(await hasAdministrator(trx))) refuseLast();
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

/**
 * Whether somebody is active who holds every permission without limits. As nobody grants more than they hold, what
 * the last one held could be granted to nobody any more.
 */
async function hasAdministrator(db: Db): Promise<boolean> {
  const holders = await listGrantHolders(db, { resource: 'permissions', action: 'manage' });
  return holders.some(holdsEverything);
}

function refuseLast(): never {
  throw new InvalidStateError('nobody would be left who holds every permission', {
    details: [
      {
        path: '',
        message: 'is the last administrator, or makes somebody the last administrator',
        hint: 'assign core.admin to somebody else first',
      },
    ],
  });
}
