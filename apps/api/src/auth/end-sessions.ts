import { endSession, endSessions, findSession, inTransaction } from '@attune/db';
import { NotFoundError } from '@attune/domain';
import { auditCredential } from './audit-credential.js';
import type { CredentialCall } from './audit-credential.js';

/** Here at once, in other processes within seconds. Idempotent; NotFoundError for one of another identity. */
export async function endOneSession(
  call: CredentialCall,
  { identityId, sessionId }: { identityId: number; sessionId: string },
): Promise<void> {
  await inTransaction(call.ctx.db, async (trx) => {
    const session = await findSession(trx, sessionId);
    if (session === undefined || session.identity !== identityId) {
      throw new NotFoundError('session', 'id', sessionId);
    }
    const ended = await endSession(trx, sessionId, reasonOf(call, identityId));
    if (ended === undefined) return;
    const details = { identity: identityId };
    await auditCredential(trx, call, { event: 'session_ended', type: 'session', ref: sessionId, details });
  });
  call.ctx.auth.forget();
}

/** Returns how many there were. */
export async function endAllSessions(call: CredentialCall, identityId: number): Promise<number> {
  const count = await inTransaction(call.ctx.db, async (trx) => {
    const ended = await endSessions(trx, identityId, reasonOf(call, identityId));
    const details = { count: ended };
    await auditCredential(trx, call, { event: 'sessions_ended', type: 'identity', id: identityId, details });
    return ended;
  });
  call.ctx.auth.forget();
  return count;
}

function reasonOf({ principal }: CredentialCall, identityId: number): string {
  return principal.identityId === identityId ? 'ended by its owner' : `ended by ${principal.login}`;
}
