import { listPublicSigningKeys } from '@attune/db';
import type { Db } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Clock } from '@attune/service';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { CryptoKey } from 'jose';

const algorithm = 'EdDSA';
const audience = 'attune';
/** Keys are read again this often, because they expire; and for an unknown `kid`, but not for each attempt. */
const keysLastMs = 60_000;
const keysRestMs = 2_000;

export interface AccessClaims {
  readonly identityId: number;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export interface AccessTokens {
  /** Throws UnauthenticatedError saying what is wrong with the token. */
  verify(token: string): Promise<AccessClaims>;
}

export interface AccessTokenOptions {
  db: Db;
  issuer: string;
  clock: Clock;
}

type PublicKeys = (...token: Parameters<ReturnType<typeof createLocalJWKSet>>) => Promise<CryptoKey>;

/** Verifies what the api signs, with the public keys it keeps in the database. */
export function createAccessTokens({ db, issuer, clock }: AccessTokenOptions): AccessTokens {
  const keys = publicKeys(db);
  return {
    verify: async (token) => {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [algorithm],
        currentDate: clock.now(),
        requiredClaims: ['sub', 'sid', 'jti', 'exp'],
      }).catch(refuse);
      const { kind, sub, sid, exp } = payload;
      if (kind !== 'access') throw refused('is not an access token');
      return { identityId: Number(sub), sessionId: String(sid), expiresAt: new Date(Number(exp) * 1_000) };
    },
  };
}

function publicKeys(db: Db): PublicKeys {
  let current: PublicKeys | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<PublicKeys> => {
    readAt = performance.now();
    const rows = await listPublicSigningKeys(db);
    current = createLocalJWKSet({
      keys: rows.map(({ kid, public_jwk }) => ({ kty: 'OKP', ...public_jwk, kid, alg: algorithm })),
    });
    return current;
  };

  return async (header, token) => {
    const age = performance.now() - readAt;
    const keys = current === undefined || age > keysLastMs ? await read() : current;
    return keys(header, token).catch(async (error: unknown) => {
      if (!(error instanceof errors.JWKSNoMatchingKey) || age < keysRestMs) throw error;
      return (await read())(header, token);
    });
  };
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw refused('has expired; refresh it or log in again', error);
  if (error instanceof errors.JOSEError) throw refused('is not valid', error);
  throw error;
}

function refused(fault: string, cause?: unknown): UnauthenticatedError {
  return new UnauthenticatedError(`the access token ${fault}`, { cause });
}
