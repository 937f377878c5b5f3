import type { Routes } from '@attune/contract';
import { countIdentities, getIdentity, listRoles } from '@attune/db';
import type { IdentityRow } from '@attune/db';
import { errorMessage, InvalidStateError, UnauthenticatedError, ValidationError } from '@attune/domain';
import { auditAuth } from '../auth/audit.js';
import { createFirstAccount } from '../auth/first-account.js';
import { checkLogin, closeSession, openSession, refreshSession } from '../auth/login.js';
import { sameSecret } from '../auth/same-secret.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { isKnownPassword } from '../secrets/known-secrets.js';

type AuthRoutes = Routes['auth'];

export const authHandlers: GroupHandlers<AuthRoutes> = {
  login: async ({ ctx, body, caller }) => {
    const identity = await checkLogin(ctx, body.login, body.password).catch(async (error: unknown) => {
      const reason = errorMessage(error);
      await auditAuth(ctx.db, caller, { event: 'login', outcome: 'failure', login: body.login, reason });
      throw error;
    });
    const { id: identityId, login } = identity;
    const tokens = await openSession(ctx, identityId, caller);
    await auditAuth(ctx.db, caller, { event: 'login', outcome: 'success', login, identityId });
    return { ...tokens, user: showUser(identity) };
  },

  refresh: ({ ctx, body, caller }) => refreshSession(ctx, body.refresh_token, caller),

  logout: async ({ ctx, caller, principal: { login, identityId } }) => {
    if (caller.sessionId !== undefined) await closeSession(ctx, caller.sessionId);
    await auditAuth(ctx.db, caller, { event: 'logout', outcome: 'success', login, identityId });
    return { success: true, message: 'logged out' };
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
    return { ...(await openSession(ctx, identityId, call.caller)), user: showUser(identity) };
  },

  jwks: ({ ctx }) => ctx.auth.keys.publicSet(),
};

function refuseKnown({ ctx, body }: Call<AuthRoutes['setup']>): void {
  if (ctx.auth.settings.devMode || !isKnownPassword(body.password, body.login)) return;
  throw new ValidationError('the password is not accepted', {
    details: [{ path: 'password', message: 'is a password everybody knows', hint: 'choose another' }],
  });
}

function showUser({ id, login, display_name }: IdentityRow) {
  return { id, login, display_name };
}
