import { ensureLdapIdentity, inTransaction } from '@attune/db';
import type { ApiContext } from '../../context.js';
import type { Caller } from '../../http/call.js';
import { HttpError } from '../../http/http-error.js';
import { recordingFailure } from '../audit.js';
import { attemptLogin } from '../login-attempt.js';
import { logIn } from '../log-in.js';
import type { LoggedIn } from '../log-in.js';
import type { Providers } from './open-providers.js';
import { ensureVouched } from './vouched-identity.js';

/** Throws UnauthenticatedError, LockedError, ProviderUnavailableError, or PermissionDeniedError for a frozen account. */
export async function ldapLogin(
  ctx: ApiContext,
  { login, password }: { login: string; password: string },
  caller: Caller,
): Promise<LoggedIn> {
  const details = { provider: 'ldap' };
  return recordingFailure(ctx.db, caller, { event: 'login', login, details }, async () => {
    const directory = directoryOf(ctx);
    const account = await attemptLogin(ctx.db, { keeper: 'ldap', login }, () =>
      directory.authenticate(login, password),
    );
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

function directoryOf({ auth }: ApiContext): NonNullable<Providers['ldap']> {
  const { ldap } = auth.providers;
  if (ldap !== undefined) return ldap;
  throw new HttpError('NOT_IMPLEMENTED', 'sign-in with a directory is not configured (auth.ldap)');
}
