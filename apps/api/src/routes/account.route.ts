import type { Routes } from '@attune/contract';
import { getIdentity, inTransaction, insertIdentity, updateIdentity } from '@attune/db';
import { PermissionDeniedError } from '@attune/domain';
import { auditAuth } from '../auth/audit.js';
import { changePassword } from '../auth/change-password.js';
import { openSession } from '../auth/login.js';
import { refuseKnownPassword } from '../auth/new-password.js';
import { requireOwnLogin } from '../auth/own-login.js';
import { hashPassword } from '../auth/passwords.js';
import { logInWithToken } from '../auth/token-login.js';
import type { GroupHandlers } from '../http/call.js';
import { showCurrentUser, showUser } from './current-user.js';

export const accountHandlers: GroupHandlers<Routes['account']> = {
  settings: async ({ ctx }) => {
    const { localPassword, selfRegistration } = ctx.auth.settings;
    return {
      authentication_enabled: true,
      local_password_enabled: localPassword,
      local_password_visible_by_default: localPassword,
      self_registration_enabled: localPassword && selfRegistration,
    };
  },

  register: async ({ ctx, body, caller }) => {
    const { localPassword, selfRegistration } = ctx.auth.settings;
    if (!localPassword || !selfRegistration) {
      throw new PermissionDeniedError('accounts are made by administrators here');
    }
    const { login, password, display_name = null } = body;
    refuseKnownPassword(ctx, password, { login, path: 'password' });
    const password_hash = await hashPassword(password);
    return inTransaction(ctx.db, async (trx) => {
      const identity = await insertIdentity(trx, { login, display_name, password_hash });
      const occurrence = { event: 'registered', outcome: 'success', login, identityId: identity.id } as const;
      await auditAuth(trx, caller, occurrence);
      const tokens = await openSession({ ...ctx, db: trx }, identity.id, caller);
      return { ...tokens, user: showUser(identity) };
    });
  },

  tokenLogin: ({ ctx, body, caller }) => logInWithToken(ctx, body.token, caller),

  updateMe: async (call) => {
    const { ctx, principal, session, body } = call;
    requireOwnLogin(session);
    const { oidc, ldap } = principal.attributes ?? {};
    if (oidc !== undefined || ldap !== undefined) {
      throw new PermissionDeniedError('this account is kept by its identity provider');
    }
    const { display_name } = body;
    const name = display_name?.trim() === '' ? null : display_name;
    const identity = await inTransaction(ctx.db, async (trx) => {
      const changed = await updateIdentity(trx, principal.identityId, { display_name: name });
      const occurrence = { event: 'account_changed', outcome: 'success', login: changed.login } as const;
      await auditAuth(trx, call.caller, { ...occurrence, identityId: changed.id });
      return changed;
    });
    return showCurrentUser(ctx.db, identity, principal);
  },

  changePassword: async (call) => {
    requireOwnLogin(call.session);
    const { current_password, new_password } = call.body;
    const identity = await getIdentity(call.ctx.db, call.principal.identityId);
    await changePassword(call, identity, { from: current_password, to: new_password });
    return { success: true, message: 'the password is changed; log in again' };
  },
};
