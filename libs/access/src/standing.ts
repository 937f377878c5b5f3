import { findApiToken, findSession } from '@attune/db';
import type { ApiTokenRow, Db } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Grant } from '@attune/domain';
import type { Basis } from './token-claims.js';

/** A login or an API token that holds at this time. */
export interface Standing {
  readonly identityId: number;
  /** Of the API token it comes from; null: no limits. */
  readonly scope: readonly Grant[] | null;
  readonly endsAt: Date | null;
  /** The API token that it is, or was opened with. */
  readonly apiTokenId: number | undefined;
}

/** Throws UnauthenticatedError once it is over. */
export async function standingOf(db: Db, { sid, tok }: Basis, now: Date): Promise<Standing> {
  if (sid !== undefined) return sessionStanding(db, sid, now);
  return tokenStanding(tok === undefined ? undefined : await findApiToken(db, tok), now);
}

/** Throws UnauthenticatedError for one that is unknown, revoked or expired. */
export function tokenStanding(token: ApiTokenRow | undefined, now: Date): Standing {
  if (token === undefined) throw new UnauthenticatedError('the API token is not valid');
  const { id, identity, scope, revoked_at, expires_at } = token;
  if (revoked_at !== null) throw new UnauthenticatedError('the API token has been revoked');
  if (expires_at !== null && expires_at <= now) throw new UnauthenticatedError('the API token has expired');
  return { identityId: identity, scope, endsAt: expires_at, apiTokenId: id };
}

async function sessionStanding(db: Db, sid: string, now: Date): Promise<Standing> {
  const session = await findSession(db, sid);
  if (session === undefined || session.ended_at !== null || session.expires_at <= now) {
    throw new UnauthenticatedError('the session has ended; log in again');
  }
  const { identity, api_token, expires_at } = session;
  if (api_token === null) {
    return { identityId: identity, scope: null, endsAt: expires_at, apiTokenId: undefined };
  }
  return tokenStanding(await findApiToken(db, api_token), now);
}
