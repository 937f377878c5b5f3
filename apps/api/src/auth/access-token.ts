import { randomUUID } from 'node:crypto';
import { UnauthenticatedError } from '@attune/domain';
import type { Clock } from '@attune/service';
import { errors, jwtVerify, SignJWT } from 'jose';
import { signingAlgorithm } from './signing-keys.js';
import type { SigningKeys } from './signing-keys.js';

/** Every token says whom it is for; others of the same key (worker, execution) are not access tokens. */
const audience = 'attune';

export interface AccessClaims {
  identityId: number;
  sessionId: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface AccessTokens {
  sign(claims: Pick<AccessClaims, 'identityId' | 'sessionId'>): Promise<string>;
  /** Throws UnauthenticatedError saying what is wrong with the token. */
  verify(token: string): Promise<AccessClaims>;
}

export interface AccessTokenSettings {
  issuer: string;
  lifetimeSeconds: number;
  clock: Clock;
}

/** EdDSA JWTs with `kid` and the claims iss, aud, sub (identity), sid (session), jti, iat, exp, kind. */
export function createAccessTokens(keys: SigningKeys, settings: AccessTokenSettings): AccessTokens {
  const { issuer, lifetimeSeconds, clock } = settings;
  return {
    sign: ({ identityId, sessionId }) => {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ kind: 'access', sid: sessionId })
        .setProtectedHeader({ alg: signingAlgorithm, kid: keys.active.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(String(identityId))
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + lifetimeSeconds)
        .sign(keys.active.key);
    },
    verify: async (token) => {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await keys.verifier(kid);
          if (key === undefined) throw new errors.JWSSignatureVerificationFailed();
          return key;
        },
        {
          issuer,
          audience,
          algorithms: [signingAlgorithm],
          currentDate: clock.now(),
          requiredClaims: ['sub', 'sid', 'jti', 'exp'],
        },
      ).catch(refuse);
      if (payload['kind'] !== 'access') throw invalid('is not an access token');
      return {
        identityId: Number(payload.sub),
        sessionId: String(payload['sid']),
        expiresAt: Number(payload.exp) * 1000,
      };
    },
  };
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw invalid('has expired; refresh it or log in again', error);
  if (error instanceof errors.JOSEError) throw invalid('is not valid', error);
  throw error;
}

function invalid(fault: string, cause?: unknown): UnauthenticatedError {
  return new UnauthenticatedError(`the access token ${fault}`, { cause });
}
