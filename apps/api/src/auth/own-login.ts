import type { Session } from '@attune/access';
import { PermissionDeniedError } from '@attune/domain';

/**
 * People change their own account and logins after they have logged in themselves: no other kind of token may, nor a
 * login with an API token, which was given away for something else.
 */
export function requireOwnLogin({ sessionId, apiTokenId }: Session): string {
  if (sessionId === undefined || apiTokenId !== undefined) {
    throw new PermissionDeniedError('this takes a login of your own', {
      details: [{ path: '', message: 'log in as yourself, not with an API token or one of a run' }],
    });
  }
  return sessionId;
}
