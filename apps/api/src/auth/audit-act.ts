import { insertAuditEvent } from '@attune/db';
import type { Db, NewAuditEvent } from '@attune/db';
import type { Principal } from '@attune/domain';
import type { Caller } from '../http/call.js';

/** Who is asking, as the audit trail has it. */
export interface Actor {
  readonly principal: Principal;
  readonly caller: Caller;
}

/** What was done, to what. `details` hold no secrets. */
export type Act = Pick<NewAuditEvent, 'category' | 'event_type' | 'details'> & {
  readonly resource: {
    readonly type: string;
    readonly id?: number | undefined;
    readonly ref?: string | undefined;
  };
};

/** In the transaction of a change; before the answer where something is only read. */
export async function auditAct(db: Db, { principal, caller }: Actor, act: Act): Promise<void> {
  const { resource, ...event } = act;
  await insertAuditEvent(db, {
    ...event,
    outcome: 'success',
    actor_identity: principal.identityId,
    actor_login: principal.login,
    actor_token_type: principal.tokenKind,
    actor_ip: caller.address,
    actor_user_agent: caller.userAgent ?? null,
    request_id: caller.requestId,
    resource_type: resource.type,
    resource_id: resource.id ?? null,
    resource_ref: resource.ref ?? null,
  });
}
