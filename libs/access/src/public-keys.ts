import { listPublicSigningKeys } from '@attune/db';
import type { Db } from '@attune/db';
import { createLocalJWKSet, errors } from 'jose';
import type { CryptoKey, JWTVerifyGetKey } from 'jose';
import { signed } from './token-claims.js';

/** Keys are read again this often, because they expire; and for an unknown `kid`, but not for each attempt. */
const keysLastMs = 60_000;
const keysRestMs = 500;

export interface PublicKeys {
  /** The key a token names among those the API keeps in the database; only tokens with a `kid` have one. */
  find(...token: Parameters<JWTVerifyGetKey>): Promise<CryptoKey>;
  /** Reads them again for the next token. */
  forget(): void;
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

export function openPublicKeys(db: Db): PublicKeys {
  let current: Promise<KeySet> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = (): Promise<KeySet> => {
    readAt = performance.now();
    const reading = readKeys(db);
    current = reading;
    reading.catch(() => {
      if (current === reading) current = undefined;
    });
    return reading;
  };

  return {
    find: async (header, token) => {
      if (header.kid === undefined) throw new errors.JWKSNoMatchingKey();
      const age = performance.now() - readAt;
      const keys = await (current === undefined || age > keysLastMs ? read() : current);
      return keys(header, token).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey) || age < keysRestMs) throw error;
        return (await read())(header, token);
      });
    },
    forget: () => {
      current = undefined;
    },
  };
}

async function readKeys(db: Db): Promise<KeySet> {
  const rows = await listPublicSigningKeys(db);
  return createLocalJWKSet({
    keys: rows.map(({ kid, public_jwk }) => ({ kty: 'OKP', ...public_jwk, kid, alg: signed.algorithm })),
  });
}
