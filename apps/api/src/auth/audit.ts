import { insertAuditEvent } from '@attune/db';
import type { Db } from '@attune/db';
import type { Principal } from '@attune/domain';
import type { ApiContext } from '../context.js';
import type { Caller } from '../http/call.js';

type AuthEvent =
  'login' | 'token_login' | 'setup' | 'registered' | 'account_changed' | 'logout' | 'refresh_reused';

export interface AuthOccurrence {
  event: AuthEvent;
  outcome: 'success' | 'failure' | 'denied';
  login?: string | undefined;
  identityId?: number | undefined;
  reason?: string;
}

/** Who logged in or tried to, and from where. A trail that cannot be written fails the request. */
export async function auditAuth(db: Db, caller: Caller, occurrence: AuthOccurrence): Promise<void> {
  const { event, outcome, login, identityId, reason } = occurrence;
  await insertAuditEvent(db, {
    category: 'auth',
    event_type: `auth.${event}`,
    outcome,
    actor_identity: identityId ?? null,
    actor_login: login?.slice(0, 255) ?? null,
    actor_ip: caller.address,
    actor_user_agent: caller.userAgent ?? null,
    request_id: caller.requestId,
    details: reason === undefined ? null : { reason },
  });
}

export interface Denial {
  principal: Principal;
  permission: string;
  requestId: string;
  address: string;
  method: string;
  /** The route's pattern, not the address: that may hold secrets. */
  path: string;
}

/** Who was refused what. The request is refused anyway, so a trail that cannot be written is only logged. */
export async function auditDenial({ db, log }: ApiContext, denial: Denial): Promise<void> {
  const { principal, permission, requestId, address, method, path } = denial;
  await insertAuditEvent(db, {
    category: 'rbac',
    event_type: 'rbac.denied',
    outcome: 'denied',
    actor_identity: principal.identityId,
    actor_login: principal.login,
    actor_token_type: principal.tokenKind,
    actor_ip: address,
    request_id: requestId,
    http_method: method,
    http_path: path,
    http_status: 403,
    details: { permission },
  }).catch((error: unknown) => {
    log.warn({ event: 'audit.failed', err: error, request_id: requestId }, 'a denial was not recorded');
  });
}
