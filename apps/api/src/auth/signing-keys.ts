import { signed } from '@attune/access';
import { findActiveSigningKey, insertSigningKey, listPublicSigningKeys, secretPlaces } from '@attune/db';
import type { Db, SecretBox, SigningKeyRow } from '@attune/db';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface SigningKeys {
  readonly active: SigningKey;
  /** What `/.well-known/jwks.json` shows. */
  publicSet(): Promise<{ keys: Record<string, unknown>[] }>;
}

/** Opens the key in use, or makes the first one. Two processes that make one at once both verify for both. */
export async function openSigningKeys(db: Db, secrets: SecretBox): Promise<SigningKeys> {
  const row = (await findActiveSigningKey(db)) ?? (await makeSigningKey(db, secrets));
  const jwk = JSON.parse(secrets.open(row.private_sealed, secretPlaces.signingKey(row.kid))) as JWK;
  const active = { kid: row.kid, key: await importKey(jwk) };
  return {
    active,
    publicSet: async () => ({
      keys: (await listPublicSigningKeys(db)).map(({ kid, public_jwk }) => ({
        ...public_jwk,
        kid,
        alg: signed.algorithm,
        use: 'sig',
      })),
    }),
  };
}

async function makeSigningKey(db: Db, secrets: SecretBox): Promise<SigningKeyRow> {
  const pair = await generateKeyPair(signed.algorithm, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return insertSigningKey(db, {
    kid,
    algorithm: signed.algorithm,
    public_jwk: publicJwk,
    private_sealed: secrets.seal(privateJwk, secretPlaces.signingKey(kid)),
  });
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, signed.algorithm)) as CryptoKey;
}
