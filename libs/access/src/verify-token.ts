import { UnauthenticatedError } from '@attune/domain';
import { errors, jwtVerify } from 'jose';
import type { PublicKeys } from './public-keys.js';
import { signed, tokenClaimsSchema } from './token-claims.js';
import type { TokenClaims } from './token-claims.js';

export interface Verification {
  keys: PublicKeys;
  issuer: string;
  now: Date;
}

/** The claims of a token that the API has signed; throws UnauthenticatedError saying what is wrong with it. */
export async function verifyToken(token: string, { keys, issuer, now }: Verification): Promise<TokenClaims> {
  const { payload } = await jwtVerify(token, (...asked) => keys.find(...asked), {
    issuer,
    audience: signed.audience,
    algorithms: [signed.algorithm],
    typ: signed.type,
    currentDate: now,
    requiredClaims: ['sub', 'jti', 'iat', 'exp'],
  }).catch(refuse);
  const claims = tokenClaimsSchema.safeParse(payload);
  if (!claims.success) throw refused('is of no kind that is known');
  return claims.data;
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw refused('has expired; refresh it or log in again', error);
  if (error instanceof errors.JOSEError) throw refused('is not valid', error);
  throw error;
}

function refused(fault: string, cause?: unknown): UnauthenticatedError {
  return new UnauthenticatedError(`the access token ${fault}`, { cause });
}
