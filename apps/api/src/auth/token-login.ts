import { getIdentity, inTransaction } from '@attune/db';
import { errorMessage, UnauthenticatedError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import type { Caller } from '../http/call.js';
import { auditAuth } from './audit.js';
import { openSession } from './login.js';

/** A session with no more than the scope of the API token, which ends with the token. */
export async function logInWithToken(ctx: ApiContext, token: string, caller: Caller) {
  const { principal, apiTokenId } = await holderOf(ctx, token, caller);
  const { login, identityId } = principal;
  return inTransaction(ctx.db, async (trx) => {
    const tokens = await openSession({ ...ctx, db: trx }, identityId, caller, apiTokenId);
    await auditAuth(trx, caller, { event: 'token_login', outcome: 'success', login, identityId });
    const { id, display_name } = await getIdentity(trx, identityId);
    return { ...tokens, user: { id, login, display_name } };
  });
}

async function holderOf(ctx: ApiContext, token: string, caller: Caller) {
  try {
    const session = await ctx.auth.ofToken(token, caller.address);
    if (session.principal.tokenKind === 'api') return session;
    throw new UnauthenticatedError('this is not an API token');
  } catch (error) {
    const reason = errorMessage(error);
    await auditAuth(ctx.db, caller, { event: 'token_login', outcome: 'failure', reason });
    throw error;
  }
}
