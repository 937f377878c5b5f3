import { randomUUID } from 'node:crypto';
import { signed } from '@attune/access';
import type { TokenClaims } from '@attune/access';
import type { Clock } from '@attune/service';
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.js';

type WithoutLife<Claims> = Claims extends TokenClaims ? Omit<Claims, 'jti' | 'iat' | 'exp'> : never;

/** Who a token is for and what it stands on, by its kind. */
export type TokenSubject = WithoutLife<TokenClaims>;

export interface SignedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface TokenSigner {
  /** An EdDSA JWT with `kid` and the claims iss, aud, jti, iat, exp besides those given. */
  sign(subject: TokenSubject, lifetimeSeconds: number): Promise<SignedToken>;
}

export function createTokenSigner(
  keys: SigningKeys,
  { issuer, clock }: { issuer: string; clock: Clock },
): TokenSigner {
  return {
    sign: async ({ sub, ...claims }, lifetimeSeconds) => {
      const { kid, key } = await keys.active();
      const now = Math.floor(clock.now().getTime() / 1000);
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: signed.algorithm, kid, typ: signed.type })
        .setIssuer(issuer)
        .setAudience(signed.audience)
        .setSubject(sub)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + lifetimeSeconds)
        .sign(key);
      return { token, expiresAt: new Date((now + lifetimeSeconds) * 1000) };
    },
  };
}
