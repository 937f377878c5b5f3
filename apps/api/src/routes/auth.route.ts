import type { Routes } from '@attune/contract';
import { countIdentities, getIdentity, listRoles } from '@attune/db';
import type { IdentityRow } from '@attune/db';
import { InvalidStateError, UnauthenticatedError, ValidationError } from '@attune/domain';
import { createFirstAccount } from '../auth/first-account.js';
import { checkLogin, closeSession, openSession, refreshSession } from '../auth/login.js';
import { sameSecret } from '../auth/same-secret.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { isKnownPassword } from '../secrets/known-secrets.js';

type AuthRoutes = Routes['auth'];

export const authHandlers: GroupHandlers<AuthRoutes> = {
  login: async (call) => {
    const identity = await checkLogin(call.ctx, call.body.login, call.body.password);
    return { ...(await openSession(call.ctx, identity.id, clientOf(call))), user: showUser(identity) };
  },

  refresh: ({ ctx, body }) => refreshSession(ctx, body.refresh_token),

  logout: async ({ ctx, caller }) => {
    if (caller.sessionId !== undefined) await closeSession(ctx, caller.sessionId);
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
    return { ...(await openSession(ctx, identity.id, clientOf(call))), user: showUser(identity) };
  },

  jwks: ({ ctx }) => ctx.auth.keys.publicSet(),
};

function refuseKnown({ ctx, body }: Call<AuthRoutes['setup']>): void {
  if (ctx.auth.settings.devMode || !isKnownPassword(body.password, body.login)) return;
  throw new ValidationError('the password is not accepted', {
    details: [{ path: 'password', message: 'is a password everybody knows', hint: 'choose another' }],
  });
}

function clientOf({ caller, headers }: Call<AuthRoutes['login' | 'setup']>) {
  return { address: caller.address, userAgent: headers['user-agent'] };
}

function showUser({ id, login, display_name }: IdentityRow) {
  return { id, login, display_name };
}
