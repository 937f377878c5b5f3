import { ValidationError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import { isKnownPassword } from '../secrets/known-secrets.js';

/** Throws ValidationError for a password that everybody knows, except in development. */
export function refuseKnownPassword(
  { auth }: ApiContext,
  password: string,
  at: { login: string; path: string },
) {
  if (auth.settings.devMode || !isKnownPassword(password, at.login)) return;
  throw new ValidationError('the password is not accepted', {
    details: [{ path: at.path, message: 'is a password everybody knows', hint: 'choose another' }],
  });
}
