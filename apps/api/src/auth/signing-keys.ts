import { findActiveSigningKey, insertSigningKey, listPublicSigningKeys, secretPlaces } from '@attune/db';
import type { Db, SecretBox, SigningKeyRow } from '@attune/db';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export const signingAlgorithm = 'EdDSA';

/** A token may name a key that another process has just made; asking for unknown ones is limited to this. */
const reloadIntervalMs = 2000;

export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface SigningKeys {
  readonly active: SigningKey;
  /** The key that verifies tokens of this `kid`, or undefined. */
  verifier(kid: string): Promise<CryptoKey | undefined>;
  /** What `/.well-known/jwks.json` shows. */
  publicSet(): Promise<{ keys: Record<string, unknown>[] }>;
}

/** Opens the key in use, or makes the first one. Two processes that make one at once both verify for both. */
export async function openSigningKeys(db: Db, secrets: SecretBox): Promise<SigningKeys> {
  const row = (await findActiveSigningKey(db)) ?? (await makeSigningKey(db, secrets));
  const jwk = JSON.parse(secrets.open(row.private_sealed, secretPlaces.signingKey(row.kid))) as JWK;
  const active = { kid: row.kid, key: await importKey(jwk) };
  const verifiers = new Map<string, CryptoKey>([[row.kid, await importKey(row.public_jwk)]]);
  let reloadedAt = 0;
  return {
    active,
    verifier: async (kid) => {
      if (!verifiers.has(kid) && performance.now() - reloadedAt > reloadIntervalMs) {
        reloadedAt = performance.now();
        await loadVerifiers(db, verifiers);
      }
      return verifiers.get(kid);
    },
    publicSet: async () => ({
      keys: (await listPublicSigningKeys(db)).map(({ kid, public_jwk }) => ({
        ...public_jwk,
        kid,
        alg: signingAlgorithm,
        use: 'sig',
      })),
    }),
  };
}

async function makeSigningKey(db: Db, secrets: SecretBox): Promise<SigningKeyRow> {
  const pair = await generateKeyPair(signingAlgorithm, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return insertSigningKey(db, {
    kid,
    algorithm: signingAlgorithm,
    public_jwk: publicJwk,
    private_sealed: secrets.seal(privateJwk, secretPlaces.signingKey(kid)),
  });
}

async function loadVerifiers(db: Db, verifiers: Map<string, CryptoKey>): Promise<void> {
  for (const row of await listPublicSigningKeys(db)) {
    verifiers.set(row.kid, await importKey(row.public_jwk));
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, signingAlgorithm)) as CryptoKey;
}
