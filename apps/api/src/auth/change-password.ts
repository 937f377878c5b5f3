import { endSessions, inTransaction, updateIdentity } from '@attune/db';
import type { IdentityRow } from '@attune/db';
import { PermissionDeniedError } from '@attune/domain';
import { auditCredential } from './audit-credential.js';
import type { CredentialCall } from './audit-credential.js';
import { checkLogin } from './login.js';
import { refuseKnownPassword } from './new-password.js';
import { hashPassword } from './passwords.js';

/**
 * Ends all sessions of the account: whoever knew the old password is out, here at once, elsewhere within seconds. The
 * old password is guessed no faster here than at a login.
 */
export async function changePassword(
  call: CredentialCall,
  { id, login, password_hash }: IdentityRow,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const { ctx } = call;
  if (password_hash === null) {
    throw new PermissionDeniedError('this account has no password: its identity provider keeps it');
  }
  await checkLogin(ctx, login, from);
  refuseKnownPassword(ctx, to, { login, path: 'new_password' });
  const newHash = await hashPassword(to);
  await inTransaction(ctx.db, async (trx) => {
    await updateIdentity(trx, id, { password_hash: newHash });
    const count = await endSessions(trx, id, 'password changed');
    const details = { sessions_ended: count };
    await auditCredential(trx, call, {
      event: 'password_changed',
      type: 'identity',
      id,
      ref: login,
      details,
    });
  });
  ctx.auth.forget();
}
