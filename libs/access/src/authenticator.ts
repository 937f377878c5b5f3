import { findApiTokenByHash, touchApiToken } from '@attune/db';
import type { Db } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Clock } from '@attune/service';
import { hashToken, isApiToken } from './opaque-token.js';
import { openPublicKeys } from './public-keys.js';
import { sessionOfApiToken, sessionOfClaims } from './session.js';
import type { Session } from './session.js';
import { verifyToken } from './verify-token.js';

/** How long a process may still act on what was revoked elsewhere, or on grants that changed. */
export const longestFreshMs = 5_000;
const maxEntries = 10_000;
const touchedMs = 60_000;

export interface AuthenticatorOptions {
  db: Db;
  issuer: string;
  clock: Clock;
  /** How long an answer is believed; at most longestFreshMs. */
  freshMs?: number;
}

/** Who is asking: the same answer in every process, for every kind of token. */
export interface Authenticator {
  /** By an `Authorization` header, and nothing else. `address` is noted with API tokens. Throws UnauthenticatedError. */
  authenticate(header: string | undefined, address?: string): Promise<Session>;
  /** The same by the token itself. */
  ofToken(token: string, address?: string): Promise<Session>;
  /** Makes the next request of every token ask the database: call it when something ends or changes here. */
  forget(): void;
}

interface Known {
  readonly session: Promise<Session>;
  until: number;
}

/**
 * Verifies any bearer credential and loads whom it stands for. An answer is kept for a few seconds: a busy client
 * costs no statement per request, and what ended elsewhere ends here within that time. A refusal is never kept.
 */
export function openAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { db, issuer, clock } = options;
  const freshMs = Math.min(options.freshMs ?? longestFreshMs, longestFreshMs);
  const keys = openPublicKeys(db);
  const kept = new Map<string, Known>();

  const load = async (token: string, address: string | undefined): Promise<Session> => {
    const now = clock.now();
    if (isApiToken(token)) return ofApiToken(db, token, { now, address });
    return sessionOfClaims(db, await verifyToken(token, { keys, issuer, now }), now);
  };

  const ofToken: Authenticator['ofToken'] = (token, address) => {
    const now = clock.now().getTime();
    const known = kept.get(token);
    if (known !== undefined && known.until > now) return known.session;
    if (kept.size >= maxEntries) kept.clear();
    const entry: Known = { session: load(token, address), until: now + freshMs };
    kept.set(token, entry);
    entry.session.then(
      ({ expiresAt }) => (entry.until = Math.min(entry.until, expiresAt?.getTime() ?? entry.until)),
      () => kept.get(token) === entry && kept.delete(token),
    );
    return entry.session;
  };

  return {
    authenticate: async (header, address) => ofToken(bearerOf(header), address),
    ofToken,
    forget: () => {
      kept.clear();
      keys.forget();
    },
  };
}

async function ofApiToken(
  db: Db,
  token: string,
  { now, address }: { now: Date; address: string | undefined },
): Promise<Session> {
  const row = await findApiTokenByHash(db, hashToken(token));
  const session = await sessionOfApiToken(db, row, now);
  const touched = row?.last_used_at?.getTime() ?? 0;
  if (row !== undefined && now.getTime() - touched > touchedMs) {
    await touchApiToken(db, row.id, address ?? null);
  }
  return session;
}

function bearerOf(header: string | undefined): string {
  const token = /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(header ?? '')?.[1];
  if (token === undefined) {
    throw new UnauthenticatedError('a login is needed: send Authorization: Bearer <access token>');
  }
  return token;
}
