import { ensureLdapIdentity, findIdentityByLogin, inTransaction } from '@attune/db';
import type { ApiContext } from '../../context.js';
import type { Caller } from '../../http/call.js';
import { HttpError } from '../../http/http-error.js';
import { recordingFailure } from '../audit.js';
import { attemptLogin } from '../login-attempt.js';
import { logIn } from '../log-in.js';
import type { LoggedIn } from '../log-in.js';
import type { DirectoryAccount } from './directory-entry.js';
import { ensureVouched } from './vouched-identity.js';

/** Throws UnauthenticatedError, LockedError, ProviderUnavailableError, or PermissionDeniedError for a frozen account. */
export async function ldapLogin(
  ctx: ApiContext,
  { login, password }: { login: string; password: string },
  caller: Caller,
): Promise<LoggedIn> {
  const details = { provider: 'ldap' };
  return recordingFailure(ctx.db, caller, { event: 'login', login, details }, async () => {
    const account = await authenticate(ctx, login, password);
    const loggedIn = await inTransaction(ctx.db, async (trx) => {
      const ensure = () => ensureLdapIdentity(trx, account.identity);
      const identity = await ensureVouched(trx, ensure, { source: 'ldap', roles: account.roles });
      const known = { ...details, roles: account.roles };
      return logIn({ ...ctx, db: trx }, { identity, details: known }, caller);
    });
    ctx.auth.forget();
    return loggedIn;
  });
}

/** Counted apart from our own passwords: somebody in the directory may have the login of somebody here. */
function authenticate(ctx: ApiContext, login: string, password: string): Promise<DirectoryAccount> {
  const { ldap } = ctx.auth.providers;
  if (ldap === undefined)
    throw new HttpError('NOT_IMPLEMENTED', 'sign-in with a directory is not configured (auth.ldap)');
  return attemptLogin(ctx, {
    throttledAs: `ldap:${login}`,
    find: async () => {
      const identity = await findIdentityByLogin(ctx.db, login);
      return identity?.attributes['ldap'] === undefined ? undefined : identity;
    },
    check: () => ldap.authenticate(login, password),
  });
}
