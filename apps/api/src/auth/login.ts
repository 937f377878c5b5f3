import { hashToken, newOpaqueToken, standingOf } from '@attune/access';
import { findIdentity, findIdentityByLogin, insertSession, inTransaction, rotateSession } from '@attune/db';
import type { IdentityRow, SessionRow, Trx } from '@attune/db';
import { PermissionDeniedError, UnauthenticatedError } from '@attune/domain';
import type { ApiContext } from '../context.js';
import type { Caller } from '../http/call.js';
import { auditAuth } from './audit.js';
import { attemptLogin } from './login-attempt.js';
import { verifyPassword } from './passwords.js';

const refreshTokenPrefix = 'atr_';

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
}

/**
 * The identity with this password. Unknown logins, wrong passwords and accounts without one look alike, in
 * answer and time; a frozen account is told so only after the right password.
 */
export async function checkLogin(ctx: ApiContext, login: string, password: string): Promise<IdentityRow> {
  requireLocalPasswords(ctx);
  const identity = await attemptLogin(ctx.db, { keeper: 'attune', login }, async () => {
    const known = await findIdentityByLogin(ctx.db, login);
    return (await verifyPassword(known?.password_hash, password)) ? known : undefined;
  });
  refuseFrozen(identity);
  return identity;
}

/** Only those who have proved who they are learn that their account is frozen. */
export function refuseFrozen({ frozen, login }: IdentityRow): void {
  if (frozen) throw new PermissionDeniedError(`the account ${login} is frozen`);
}

/** Also where nobody logs in: the password of a change is one that is kept here. */
function requireLocalPasswords({ auth }: ApiContext): void {
  if (auth.settings.localPassword) return;
  throw new PermissionDeniedError('logging in with a password is switched off here');
}

/** Opens a session; its refresh token is stored as a hash only. */
export async function openSession(
  ctx: ApiContext,
  identityId: number,
  caller: Caller,
  apiTokenId?: number,
): Promise<TokenPair> {
  const refreshToken = newOpaqueToken(refreshTokenPrefix);
  const session = await insertSession(ctx.db, {
    identity: identityId,
    api_token: apiTokenId,
    refresh_hash: hashToken(refreshToken),
    expires_at: sessionEnd(ctx),
    user_agent: caller.userAgent ?? null,
    ip: caller.address,
  });
  return pairOf(ctx, { identityId, sessionId: session.id }, refreshToken);
}

/**
 * The next pair of a session. A refresh token that was used before, however long ago, ends the session: it may be
 * stolen. That it is one of this session shows in its beginning, which nobody else knows.
 */
export async function refreshSession(
  ctx: ApiContext,
  refreshToken: string,
  caller: Caller,
): Promise<TokenPair> {
  const family = familyOf(refreshToken);
  const next = newOpaqueToken(`${family}.`);
  const hashes = {
    family_hash: hashToken(family),
    refresh_hash: hashToken(refreshToken),
    next_refresh_hash: hashToken(next),
  };
  const rotation = await inTransaction(ctx.db, async (trx) => {
    const rotated = await rotateSession(trx, { ...hashes, expires_at: sessionEnd(ctx) });
    if (rotated.outcome === 'reused') {
      const identityId = rotated.session.identity;
      await auditAuth(trx, caller, { event: 'refresh_reused', outcome: 'denied', identityId });
    }
    if (rotated.outcome === 'rotated') await requireActive(ctx, trx, rotated.session);
    return rotated;
  });
  if (rotation.outcome === 'reused') {
    ctx.auth.forget();
    ctx.log.warn(
      {
        event: 'auth.refresh_reused',
        session_id: rotation.session.id,
        identity_id: rotation.session.identity,
      },
      'a refresh token was used twice; the session has been ended',
    );
    throw new UnauthenticatedError('this refresh token was used before; the session has been ended');
  }
  if (rotation.outcome === 'unknown') {
    throw new UnauthenticatedError('the refresh token is not valid; log in again');
  }
  const { session } = rotation;
  return pairOf(ctx, { identityId: session.identity, sessionId: session.id }, next);
}

/** The first refresh token of the session. */
function familyOf(refreshToken: string): string {
  return refreshToken.split('.', 1)[0] ?? '';
}

/** In the transaction of the exchange: whoever uses the token a moment later ends the session, not this answer. */
async function requireActive(ctx: ApiContext, trx: Trx, session: SessionRow): Promise<void> {
  await standingOf(trx, { sid: session.id }, ctx.auth.settings.clock.now());
  const identity = await findIdentity(trx, session.identity);
  if (identity === undefined || identity.frozen) {
    throw new UnauthenticatedError('the account is not active');
  }
}

async function pairOf(
  ctx: ApiContext,
  { identityId, sessionId }: { identityId: number; sessionId: string },
  refreshToken: string,
): Promise<TokenPair> {
  const { accessSeconds } = ctx.auth.settings;
  const subject = { kind: 'access', sub: String(identityId), sid: sessionId } as const;
  const { token } = await ctx.auth.signer.sign(subject, accessSeconds);
  return {
    access_token: token,
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: accessSeconds,
  };
}

function sessionEnd(ctx: ApiContext): Date {
  const { clock, sessionSeconds } = ctx.auth.settings;
  return new Date(clock.now().getTime() + sessionSeconds * 1000);
}
