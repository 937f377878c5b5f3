import type { Routes } from '@attune/contract';
import { endSession, getIdentity, inTransaction } from '@attune/db';
import { InvalidStateError, UnauthenticatedError } from '@attune/domain';
import { auditAuth, recordingFailure } from '../auth/audit.js';
import { createFirstAccount, hasAccounts } from '../auth/first-account.js';
import { logIn } from '../auth/log-in.js';
import { checkLogin, refreshSession } from '../auth/login.js';
import { refuseKnownPassword } from '../auth/new-password.js';
import { sameSecret } from '../auth/same-secret.js';
import { setupPage } from '../auth/setup-page.js';
import { requireUnchanged } from '../auth/unchanged-account.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { showCurrentUser } from './current-user.js';

type AuthRoutes = Routes['auth'];

export const authHandlers: GroupHandlers<AuthRoutes> = {
  login: ({ ctx, body, caller }) =>
    recordingFailure(ctx.db, caller, { event: 'login', login: body.login }, async () => {
      const identity = await checkLogin(ctx, body.login, body.password);
      return inTransaction(ctx.db, async (trx) => {
        await requireUnchanged(trx, identity);
        return logIn({ ...ctx, db: trx }, { identity }, caller);
      });
    }),

  refresh: ({ ctx, body, caller }) => refreshSession(ctx, body.refresh_token, caller),

  logout: async (call) => {
    const { ctx, caller, principal } = call;
    const { login, identityId } = principal;
    await inTransaction(ctx.db, async (trx) => {
      if (caller.sessionId !== undefined) await endSession(trx, caller.sessionId, 'logout');
      await auditAuth(trx, caller, { event: 'logout', outcome: 'success', login, identityId });
    });
    ctx.auth.forget();
    const end_session_url = await providerLogout(call);
    return { success: true, message: 'logged out', ...(end_session_url && { end_session_url }) };
  },

  me: async ({ ctx, principal }) => {
    const identity = await getIdentity(ctx.db, principal.identityId);
    return showCurrentUser(ctx.db, identity, principal);
  },

  setupPage: async () => setupPage,

  /** Honoured once: while nobody has an account. */
  setup: async ({ ctx, body, caller }) => {
    if (!sameSecret(body.setup_token, ctx.auth.setupToken)) {
      throw new UnauthenticatedError('the setup token is not valid; it is in the log of the API');
    }
    if (await hasAccounts(ctx.db)) throw new InvalidStateError('this installation is set up already');
    refuseKnownPassword(ctx, body.password, { login: body.login, path: 'password' });
    const { login, password, display_name: displayName } = body;
    return createFirstAccount(ctx.db, { login, password, displayName }, async (trx, identity) => {
      await auditAuth(trx, caller, { event: 'setup', outcome: 'success', login, identityId: identity.id });
      return logIn({ ...ctx, db: trx }, { identity }, caller);
    });
  },

  jwks: ({ ctx }) => ctx.auth.keys.publicSet(),
};

/** Our own session has ended, whether the provider answers or not. */
async function providerLogout({ ctx, principal }: Call<AuthRoutes['logout']>): Promise<string | undefined> {
  if (principal.attributes?.['oidc'] === undefined) return undefined;
  return ctx.auth.providers.oidc?.endSessionUrl().catch((error: unknown) => {
    ctx.log.warn(
      { event: 'auth.end_session_unknown', err: error },
      'logged out here, but not at the provider',
    );
    return undefined;
  });
}
