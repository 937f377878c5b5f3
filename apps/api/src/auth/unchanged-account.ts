import { lockIdentity } from '@attune/db';
import type { IdentityRow, Trx } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';

/**
 * That what was just checked still holds, until the end of the transaction: a password change or a freeze that comes
 * between ends all sessions, and must not miss the one that is being opened.
 */
export async function requireUnchanged(trx: Trx, { id, password_hash }: IdentityRow): Promise<void> {
  const now = await lockIdentity(trx, id);
  if (now === undefined || now.frozen || now.password_hash !== password_hash) {
    throw new UnauthenticatedError('the account was changed in the meantime; log in again');
  }
}
