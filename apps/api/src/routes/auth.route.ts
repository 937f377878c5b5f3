import type { Routes } from '@attune/contract';
import { countIdentities, getIdentity, inTransaction, listRoles } from '@attune/db';
import type { IdentityRow } from '@attune/db';
import { InvalidStateError, UnauthenticatedError, ValidationError } from '@attune/domain';
import { auditAuth, recordingFailure } from '../auth/audit.js';
import { createFirstAccount } from '../auth/first-account.js';
import { logIn } from '../auth/log-in.js';
import { checkLogin, closeSession, refreshSession } from '../auth/login.js';
import { sameSecret } from '../auth/same-secret.js';
import { setupPage } from '../auth/setup-page.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { isKnownPassword } from '../secrets/known-secrets.js';

type AuthRoutes = Routes['auth'];

export const authHandlers: GroupHandlers<AuthRoutes> = {
  login: ({ ctx, body, caller }) =>
    recordingFailure(ctx.db, caller, { event: 'login', login: body.login }, async () => {
      const identity = await checkLogin(ctx, body.login, body.password);
      return inTransaction(ctx.db, (trx) => logIn({ ...ctx, db: trx }, { identity }, caller));
    }),

  refresh: ({ ctx, body, caller }) => refreshSession(ctx, body.refresh_token, caller),

  logout: async (call) => {
    const { ctx, caller, principal } = call;
    const { login, identityId } = principal;
    if (caller.sessionId !== undefined) await closeSession(ctx, caller.sessionId);
    await auditAuth(ctx.db, caller, { event: 'logout', outcome: 'success', login, identityId });
    const end_session_url = await providerLogout(call);
    return { success: true, message: 'logged out', ...(end_session_url && { end_session_url }) };
  },

  me: async ({ ctx, principal }) => {
    const identity = await getIdentity(ctx.db, principal.identityId);
    return {
      ...showUser(identity),
      auth_provider: 'local',
      is_local: true,
      effective_permissions: principal.grants.map(({ resource, actions, constraints }) => ({
        resource,
        actions,
        ...(constraints === undefined ? {} : { constraints }),
      })),
      roles: await listRoles(ctx.db, identity.id),
    };
  },

  setupPage: async () => setupPage,

  /** Honoured once: while nobody has an account. */
  setup: async (call) => {
    const { ctx, body } = call;
    if (!sameSecret(body.setup_token, ctx.auth.setupToken)) {
      throw new UnauthenticatedError('the setup token is not valid; it is in the log of the API');
    }
    if ((await countIdentities(ctx.db)) > 0)
      throw new InvalidStateError('this installation is set up already');
    refuseKnown(call);
    const identity = await createFirstAccount(ctx.db, {
      login: body.login,
      password: body.password,
      displayName: body.display_name,
    });
    const { id: identityId, login } = identity;
    await auditAuth(ctx.db, call.caller, { event: 'setup', outcome: 'success', login, identityId });
    return inTransaction(ctx.db, (trx) => logIn({ ...ctx, db: trx }, { identity }, call.caller));
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

function refuseKnown({ ctx, body }: Call<AuthRoutes['setup']>): void {
  if (ctx.auth.settings.devMode || !isKnownPassword(body.password, body.login)) return;
  throw new ValidationError('the password is not accepted', {
    details: [{ path: 'password', message: 'is a password everybody knows', hint: 'choose another' }],
  });
}

function showUser({ id, login, display_name }: IdentityRow) {
  return { id, login, display_name };
}
