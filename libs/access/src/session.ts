import { findIdentity, listGrants } from '@attune/db';
import type { ApiTokenRow, Db, IdentityRow } from '@attune/db';
import { intersectGrants, UnauthenticatedError } from '@attune/domain';
import type { Grant, Principal } from '@attune/domain';
import { limitsOf } from './limits.js';
import { standingOf, tokenStanding } from './standing.js';
import type { Standing } from './standing.js';
import type { Basis, TokenClaims } from './token-claims.js';

/** Who is asking, and by what. */
export interface Session {
  readonly principal: Principal;
  /** Of a login only. */
  readonly sessionId: string | undefined;
  /** The API token that it is, or that the login was opened with. */
  readonly apiTokenId: number | undefined;
  /** What is signed for the caller stands on this, too. */
  readonly basis: Basis;
  /** Of a signed token. */
  readonly claims: TokenClaims | undefined;
  /** Null: an API token without an end. */
  readonly expiresAt: Date | null;
}

/** Who a signed token stands for at this time. Throws UnauthenticatedError when what it stands on is over. */
export async function sessionOfClaims(db: Db, claims: TokenClaims, now: Date): Promise<Session> {
  const { sub, sid, tok, exp, kind } = claims;
  const identityId = Number(sub);
  const [standing, identity, limits] = await Promise.all([
    standingOf(db, { sid, tok }, now),
    activeIdentity(db, identityId),
    limitsOf(db, claims),
  ]);
  await checkOwner(db, claims, standing);
  const scope = kind === 'execution' ? null : standing.scope;
  return {
    principal: {
      ...limits.principal,
      tokenKind: kind,
      ...(await described(db, identity, [scope, limits.grants])),
    },
    sessionId: kind === 'access' ? sid : undefined,
    apiTokenId: standing.apiTokenId,
    basis: { sid, tok },
    claims,
    expiresAt: new Date(exp * 1_000),
  };
}

/** The same for an API token. */
export async function sessionOfApiToken(db: Db, token: ApiTokenRow | undefined, now: Date): Promise<Session> {
  const { identityId, scope, endsAt, apiTokenId } = tokenStanding(token, now);
  const identity = await activeIdentity(db, identityId);
  return {
    principal: { kind: 'identity', tokenKind: 'api', ...(await described(db, identity, [scope])) },
    sessionId: undefined,
    apiTokenId,
    basis: { tok: apiTokenId },
    claims: undefined,
    expiresAt: endsAt,
  };
}

/** Who an account is now, with all that it holds. Throws UnauthenticatedError when it is frozen or gone. */
export async function principalOf(db: Db, identityId: number): Promise<Principal> {
  const identity = await activeIdentity(db, identityId);
  return { kind: 'identity', tokenKind: 'access', ...(await described(db, identity, [])) };
}

/** The token of an execution is signed for a worker, and stands for somebody else. */
async function checkOwner(db: Db, { kind, sub }: TokenClaims, { identityId }: Standing): Promise<void> {
  if (identityId === Number(sub)) return;
  if (kind !== 'execution') throw new UnauthenticatedError('the session is not one of this account');
  await activeIdentity(db, identityId);
}

async function activeIdentity(db: Db, id: number): Promise<IdentityRow> {
  const identity = await findIdentity(db, id);
  if (identity === undefined || identity.frozen) throw new UnauthenticatedError('the account is not active');
  return identity;
}

/** With what the identity holds now, within all limits. */
async function described(
  db: Db,
  { id, login, attributes }: IdentityRow,
  limits: readonly (readonly Grant[] | null)[],
) {
  const held = await listGrants(db, id);
  const grants = limits.reduce<readonly Grant[]>(
    (left, limit) => (limit === null ? left : intersectGrants(left, limit)),
    held,
  );
  return { identityId: id, login, attributes, grants };
}
