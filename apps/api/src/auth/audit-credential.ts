import type { Trx } from '@attune/db';
import type { RouteSpec } from '@attune/contract';
import type { Principal } from '@attune/domain';
import type { Call } from '../http/call.js';
import { auditAct } from './audit-act.js';

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
export function auditCredential(
  trx: Trx,
  actor: CredentialCall,
  { event, details, ...resource }: CredentialChange,
): Promise<void> {
  return auditAct(trx, actor, {
    category: 'auth',
    event_type: `auth.${event}`,
    resource,
    details: details ?? null,
  });
}
