import { clearFailedLogins, recordFailedLogin } from '@attune/db';
import type { Db, IdentityRow } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import { lockSeconds, refuseLocked } from './login-throttle.js';

export interface LoginAttempt<T> {
  /** What guesses are counted by in this process. */
  readonly throttledAs: string;
  /** The identity that seems to be meant; it counts failures for all processes. */
  readonly find: () => Promise<IdentityRow | undefined>;
  /** Undefined: these credentials are nobody's. */
  readonly check: (known: IdentityRow | undefined) => Promise<T | undefined>;
}

/**
 * What `check` finds, unless too many attempts failed. Counted before anything is looked at, so that guesses made at
 * once count too; unknown logins and wrong passwords are answered alike.
 */
export async function attemptLogin<T>(
  { db, auth: { throttle, settings } }: ApiContext,
  { throttledAs, find, check }: LoginAttempt<T>,
): Promise<T> {
  throttle.begin(throttledAs);
  const now = settings.clock.now().getTime();
  const known = await find();
  refuseLocked(known?.locked_until?.getTime() ?? 0, now);
  const found = await check(known);
  if (found === undefined) {
    if (known !== undefined) await countFailure(db, known, now);
    throw new UnauthenticatedError('unknown login or wrong password');
  }
  throttle.succeed(throttledAs);
  if (known !== undefined && known.failed_logins > 0) await clearFailedLogins(db, known.id);
  return found;
}

async function countFailure(db: Db, { id, failed_logins }: IdentityRow, now: number): Promise<void> {
  const seconds = lockSeconds(failed_logins + 1);
  await recordFailedLogin(db, id, seconds === 0 ? null : new Date(now + seconds * 1000));
}
