import type { Routes } from '@attune/contract';
import { countIdentities, endSession, getIdentity, inTransaction } from '@attune/db';
import { errorMessage, InvalidStateError, UnauthenticatedError } from '@attune/domain';
import { auditAuth } from '../auth/audit.js';
import { createFirstAccount } from '../auth/first-account.js';
import { checkLogin, openSession, refreshSession } from '../auth/login.js';
import { refuseKnownPassword } from '../auth/new-password.js';
import { sameSecret } from '../auth/same-secret.js';
import { requireUnchanged } from '../auth/unchanged-account.js';
import type { GroupHandlers } from '../http/call.js';
import { showCurrentUser, showUser } from './current-user.js';

type AuthRoutes = Routes['auth'];

export const authHandlers: GroupHandlers<AuthRoutes> = {
  login: async ({ ctx, body, caller }) => {
    const identity = await checkLogin(ctx, body.login, body.password).catch(async (error: unknown) => {
      const reason = errorMessage(error);
      await auditAuth(ctx.db, caller, { event: 'login', outcome: 'failure', login: body.login, reason });
      throw error;
    });
    const { id: identityId, login } = identity;
    return inTransaction(ctx.db, async (trx) => {
      await requireUnchanged(trx, identity);
      const tokens = await openSession({ ...ctx, db: trx }, identityId, caller);
      await auditAuth(trx, caller, { event: 'login', outcome: 'success', login, identityId });
      return { ...tokens, user: showUser(identity) };
    });
  },

  refresh: ({ ctx, body, caller }) => refreshSession(ctx, body.refresh_token, caller),

  logout: async ({ ctx, caller, principal: { login, identityId } }) => {
    await inTransaction(ctx.db, async (trx) => {
      if (caller.sessionId !== undefined) await endSession(trx, caller.sessionId, 'logout');
      await auditAuth(trx, caller, { event: 'logout', outcome: 'success', login, identityId });
    });
    ctx.auth.forget();
    return { success: true, message: 'logged out' };
  },

  me: async ({ ctx, principal }) => {
    const identity = await getIdentity(ctx.db, principal.identityId);
    return showCurrentUser(ctx.db, identity, principal);
  },

  /** Honoured once: while nobody has an account. */
  setup: async (call) => {
    const { ctx, body } = call;
    if (!sameSecret(body.setup_token, ctx.auth.setupToken)) {
      throw new UnauthenticatedError('the setup token is not valid; it is in the log of the API');
    }
    if ((await countIdentities(ctx.db)) > 0)
      throw new InvalidStateError('this installation is set up already');
    refuseKnownPassword(ctx, body.password, { login: body.login, path: 'password' });
    const identity = await createFirstAccount(ctx.db, {
      login: body.login,
      password: body.password,
      displayName: body.display_name,
    });
    const { id: identityId, login } = identity;
    await auditAuth(ctx.db, call.caller, { event: 'setup', outcome: 'success', login, identityId });
    return { ...(await openSession(ctx, identityId, call.caller)), user: showUser(identity) };
  },

  jwks: ({ ctx }) => ctx.auth.keys.publicSet(),
};
