import { createHash } from 'node:crypto';
import { hashToken } from '@attune/access';
import { getIdentity, inTransaction, redeemSignInCode } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { ApiContext } from '../../context.js';
import type { Caller } from '../../http/call.js';
import { recordingFailure } from '../audit.js';
import { logIn } from '../log-in.js';
import type { LoggedIn } from '../log-in.js';
import { refuseFrozen } from '../login.js';
import { sameSecret } from '../same-secret.js';
import { requireUnchanged } from '../unchanged-account.js';

/**
 * The tokens for a one-time code, given to who shows the verifier of the challenge that the sign-in began with. Also
 * a wrong verifier uses the code up. Throws UnauthenticatedError, or PermissionDeniedError for a frozen account.
 */
export function redeemSignIn(
  ctx: ApiContext,
  { code, code_verifier }: { code: string; code_verifier: string },
  caller: Caller,
): Promise<LoggedIn> {
  const details = { provider: 'oidc' };
  return recordingFailure(ctx.db, caller, { event: 'login', details }, async () => {
    const signIn = await redeemSignInCode(ctx.db, hashToken(code));
    const challenge = signIn?.code_challenge ?? '';
    if (
      signIn === undefined ||
      signIn.identity === null ||
      !sameSecret(challengeOf(code_verifier), challenge)
    )
      throw new UnauthenticatedError(
        'the code is unknown, used or too old, or the code_verifier is not its own',
      );
    const identity = await getIdentity(ctx.db, signIn.identity);
    refuseFrozen(identity);
    return inTransaction(ctx.db, async (trx) => {
      await requireUnchanged(trx, identity);
      return logIn({ ...ctx, db: trx }, { identity, details }, caller);
    });
  });
}

/** What a client gave at the start, made from the verifier it shows at the end (RFC 7636, S256). */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
