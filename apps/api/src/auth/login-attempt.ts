import { createHash } from 'node:crypto';
import { beginLoginAttempt, clearLoginAttempts } from '@attune/db';
import type { Db } from '@attune/db';
import { RateLimitedError, UnauthenticatedError } from '@attune/domain';

/** After so many attempts without success: the first are free, then the wait doubles up to a quarter of an hour. */
const lockSeconds = [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900];

/**
 * What guesses are counted by. Passwords of a directory apart from our own: somebody there may have the login of
 * somebody here.
 */
export interface GuessedLogin {
  readonly keeper: 'attune' | 'ldap';
  /** In any case. */
  readonly login: string;
}

/** Too many failed logins; `retryAfterSeconds` says when the next one is allowed. */
export class LockedError extends RateLimitedError {
  constructor(readonly retryAfterSeconds: number) {
    super(`too many failed logins; try again in ${retryAfterSeconds} s`);
  }
}

/**
 * What `check` finds, unless too many attempts failed, in whichever process. Counted before anything is looked at, so
 * that guesses made at once count too; unknown logins and wrong passwords are answered alike. Throws LockedError, or
 * UnauthenticatedError when nothing is found.
 */
export async function attemptLogin<T>(
  db: Db,
  guessed: GuessedLogin,
  check: () => Promise<T | undefined>,
): Promise<T> {
  const wait = await beginLoginAttempt(db, hashOf(guessed), lockSeconds);
  if (wait > 0) throw new LockedError(wait);
  const found = await check();
  if (found === undefined) throw new UnauthenticatedError('unknown login or wrong password');
  await forgetFailures(db, guessed);
  return found;
}

export async function forgetFailures(db: Db, guessed: GuessedLogin): Promise<void> {
  await clearLoginAttempts(db, hashOf(guessed));
}

function hashOf({ keeper, login }: GuessedLogin): string {
  return createHash('sha256').update(`${keeper}:${login.toLowerCase()}`).digest('hex');
}
