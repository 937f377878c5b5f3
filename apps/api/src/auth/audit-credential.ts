import { insertAuditEvent } from '@attune/db';
import type { Trx } from '@attune/db';
import type { RouteSpec } from '@attune/contract';
import type { Principal } from '@attune/domain';
import type { Call } from '../http/call.js';

type CredentialEvent =
  | 'token_created'
  | 'token_revoked'
  | 'token_deleted'
  | 'token_minted'
  | 'session_ended'
  | 'sessions_ended'
  | 'password_changed'
  | 'signing_key_rotated';

/** What a change of credentials needs of its request. */
export type CredentialCall = Pick<Call<RouteSpec>, 'ctx' | 'caller'> & { readonly principal: Principal };

export interface CredentialChange {
  readonly event: CredentialEvent;
  readonly type: 'api_token' | 'session' | 'identity' | 'signing_key' | 'sensor' | 'worker' | 'execution';
  readonly id?: number | undefined;
  readonly ref?: string | undefined;
  /** Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Who changed which credential, in the transaction of the change. */
export async function auditCredential(
  trx: Trx,
  { principal, caller }: CredentialCall,
  { event, type, id, ref, details }: CredentialChange,
): Promise<void> {
  await insertAuditEvent(trx, {
    category: 'auth',
    event_type: `auth.${event}`,
    outcome: 'success',
    actor_identity: principal.identityId,
    actor_login: principal.login,
    actor_token_type: principal.tokenKind,
    actor_ip: caller.address,
    actor_user_agent: caller.userAgent ?? null,
    request_id: caller.requestId,
    resource_type: type,
    resource_id: id ?? null,
    resource_ref: ref ?? null,
    details: details ?? null,
  });
}
