import { ValidationError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import { isKnownPassword } from '../secrets/known-secrets.js';

/** Refuses a password that everybody knows, wherever one is set; its length is checked by the contract. */
export function refuseKnownPassword({ auth }: ApiContext, password: string, login: string): void {
  if (auth.settings.devMode || !isKnownPassword(password, login)) return;
  throw new ValidationError('the password is not accepted', {
    details: [{ path: 'password', message: 'is a password everybody knows', hint: 'choose another' }],
  });
}
