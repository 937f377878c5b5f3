import { findIdentity, findSession, listGrants } from '@attune/db';
import type { Db } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Clock } from '@attune/service';
import type { AccessClaims, AccessTokens } from './access-token.js';
import type { Session } from './session.js';

/** How long another process may still act on a session that ended here, or on grants that changed. */
const freshMs = 5000;
const maxEntries = 10_000;

export interface Principals {
  /** The live session of a token; throws UnauthenticatedError. */
  ofToken(token: string): Promise<Session>;
  /** Makes the next request of every token ask the database: call it when a session or grants end here. */
  forget(): void;
}

interface Known {
  session: Promise<Session>;
  until: number;
}

/**
 * Signature, session, identity and grants of a token, kept for a few seconds: a busy client costs no
 * statement per request, and what ended elsewhere ends here within that time.
 */
export function createPrincipals(db: Db, tokens: AccessTokens, clock: Clock): Principals {
  const byToken = new Map<string, Known>();
  const load = async (token: string): Promise<Session> => {
    const claims = await tokens.verify(token);
    const known = byToken.get(token);
    if (known) known.until = Math.min(known.until, claims.expiresAt);
    return sessionOf(db, claims, clock);
  };
  return {
    ofToken: (token) => {
      const now = clock.now().getTime();
      const known = byToken.get(token);
      if (known !== undefined && known.until > now) return known.session;
      if (byToken.size >= maxEntries) byToken.clear();
      const session = load(token);
      byToken.set(token, { session, until: now + freshMs });
      session.catch(() => byToken.delete(token));
      return session;
    },
    forget: () => byToken.clear(),
  };
}

async function sessionOf(db: Db, claims: AccessClaims, clock: Clock): Promise<Session> {
  const [session, identity, grants] = await Promise.all([
    findSession(db, claims.sessionId),
    findIdentity(db, claims.identityId),
    listGrants(db, claims.identityId),
  ]);
  const isOver = session === undefined || session.ended_at !== null || session.expires_at <= clock.now();
  if (isOver || session.identity !== claims.identityId) {
    throw new UnauthenticatedError('the session has ended; log in again');
  }
  if (identity === undefined || identity.frozen) throw new UnauthenticatedError('the account is not active');
  return {
    sessionId: session.id,
    principal: {
      kind: 'identity',
      tokenKind: 'access',
      identityId: identity.id,
      login: identity.login,
      grants,
      attributes: identity.attributes,
    },
  };
}
