import type { Routes } from '@attune/contract';
import { countIdentities, getIdentity, listPermissionSets, listRoles } from '@attune/db';
import type { Db, IdentityRow } from '@attune/db';
import { errorMessage, InvalidStateError, UnauthenticatedError } from '@attune/domain';
import { auditAuth } from '../auth/audit.js';
import { createFirstAccount } from '../auth/first-account.js';
import { checkLogin, closeSession, openSession, refreshSession } from '../auth/login.js';
import { refuseKnownPassword } from '../auth/new-password.js';
import { sameSecret } from '../auth/same-secret.js';
import type { GroupHandlers } from '../http/call.js';

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
    const roles = await listRoles(ctx.db, identity.id);
    return {
      ...showUser(identity),
      auth_provider: 'local',
      is_local: true,
      effective_permissions: principal.grants.map(({ resource, actions, constraints }) => ({
        resource,
        actions,
        ...(constraints === undefined ? {} : { constraints }),
      })),
      roles,
      assigned_permission_set_refs: await assignedSets(ctx.db, identity.id, roles),
      can_change_password: identity.password_hash !== null,
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
    refuseKnownPassword(ctx, body.password, body.login);
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

/** Own ones and those of its roles. */
async function assignedSets(db: Db, identity: number, roles: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    [{ identity }, { roles }].map((filter) => listPermissionSets(db, filter, { limit: 1_000 })),
  );
  return [...new Set(lists.flatMap(({ items }) => items.map(({ ref }) => ref)))].toSorted();
}

function showUser({ id, login, display_name }: IdentityRow) {
  return { id, login, display_name };
}
