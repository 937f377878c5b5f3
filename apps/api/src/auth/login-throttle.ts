import { RateLimitedError } from '@attune/domain';
import type { Clock } from '@attune/service';

const freeAttempts = 5;
const longestLockSeconds = 900;
const maxEntries = 10_000;

export interface LoginThrottle {
  /**
   * Counts an attempt before its password is checked, so that guesses made at once count too. Throws
   * LockedError when too many failed. Treats unknown logins like known ones.
   */
  begin(login: string): void;
  /** Forgets the failures of this login. */
  succeed(login: string): void;
}

/** Too many failed logins; `retryAfterSeconds` says when the next one is allowed. */
export class LockedError extends RateLimitedError {
  constructor(readonly retryAfterSeconds: number) {
    super(`too many failed logins; try again in ${retryAfterSeconds} s`);
  }
}

interface Failures {
  count: number;
  lockedUntil: number;
}

/** Per process; the count that all processes share is kept with the identity. */
export function createLoginThrottle(clock: Clock): LoginThrottle {
  const byLogin = new Map<string, Failures>();
  return {
    begin: (login) => {
      const key = login.toLowerCase();
      const now = clock.now().getTime();
      const known = byLogin.get(key) ?? { count: 0, lockedUntil: 0 };
      refuseLocked(known.lockedUntil, now);
      const count = known.count + 1;
      byLogin.delete(key);
      byLogin.set(key, { count, lockedUntil: now + lockSeconds(count) * 1000 });
      if (byLogin.size > maxEntries) forgetOldest(byLogin);
    },
    succeed: (login) => void byLogin.delete(login.toLowerCase()),
  };
}

/** Throws LockedError while `lockedUntil` (epoch milliseconds) lies ahead. */
export function refuseLocked(lockedUntil: number, now: number): void {
  if (lockedUntil > now) throw new LockedError(Math.ceil((lockedUntil - now) / 1000));
}

/** The first failures are free, then the wait doubles: 1 s, 2 s, 4 s … 15 min. */
export function lockSeconds(failures: number): number {
  return failures < freeAttempts ? 0 : Math.min(longestLockSeconds, 2 ** (failures - freeAttempts));
}

function forgetOldest(byLogin: Map<string, Failures>): void {
  for (const key of byLogin.keys()) {
    byLogin.delete(key);
    return;
  }
}
