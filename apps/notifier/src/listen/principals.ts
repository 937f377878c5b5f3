import { findIdentity, findSession, listGrants } from '@attune/db';
import type { Db } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import type { Clock } from '@attune/service';
import type { AccessClaims } from './access-tokens.js';

const maxEntries = 10_000;

export interface Principals {
  /** Who it is and what it may do, as of `freshMs` ago at most. Throws UnauthenticatedError once the session is over. */
  current(claims: AccessClaims): Promise<Principal>;
  /** Makes everybody's next change ask the database. */
  forget(): void;
}

export interface PrincipalOptions {
  db: Db;
  clock: Clock;
  freshMs: number;
}

/** Session, identity and grants, read at most once per `freshMs` and session, and only for those who get something. */
export function createPrincipals({ db, clock, freshMs }: PrincipalOptions): Principals {
  const kept = new Map<string, { principal: Promise<Principal>; until: number }>();
  return {
    current: (claims) => {
      const now = clock.now().getTime();
      const key = `${claims.identityId} ${claims.sessionId}`;
      const known = kept.get(key);
      if (known !== undefined && known.until > now) return known.principal;
      if (kept.size >= maxEntries) kept.clear();
      const principal = read(db, claims, clock);
      kept.set(key, { principal, until: now + freshMs });
      principal.catch(() => kept.delete(key));
      return principal;
    },
    forget: () => kept.clear(),
  };
}

async function read(db: Db, { sessionId, identityId }: AccessClaims, clock: Clock): Promise<Principal> {
  const [session, identity, grants] = await Promise.all([
    findSession(db, sessionId),
    findIdentity(db, identityId),
    listGrants(db, identityId),
  ]);
  const isOver = session === undefined || session.ended_at !== null || session.expires_at <= clock.now();
  if (isOver || session.identity !== identityId) {
    throw new UnauthenticatedError('the session has ended; log in again');
  }
  if (identity === undefined || identity.frozen) throw new UnauthenticatedError('the account is not active');
  const { login, attributes } = identity;
  return { kind: 'identity', tokenKind: 'access', identityId, login, grants, attributes };
}
