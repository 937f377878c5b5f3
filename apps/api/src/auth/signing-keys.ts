import { signed } from '@attune/access';
import {
  findActiveSigningKey,
  insertSigningKey,
  listPublicSigningKeys,
  rotateSigningKey,
  secretPlaces,
} from '@attune/db';
import type { Db, NewSigningKey, PublicSigningKey, SecretBox, SigningKeyRow, Trx } from '@attune/db';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';

/** How soon every process signs with a key that another has put in use. */
const activeLastsMs = 2_000;

export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly created: Date;
}

export interface SigningKeys {
  /** The key that signs now. */
  active(): Promise<SigningKey>;
  /** Puts a new key in use; the others verify until then. undefined: another process has just done so. */
  rotate(trx: Trx, verifyUntil: Date): Promise<PublicSigningKey | undefined>;
  /** Makes the next token ask which key signs. */
  forget(): void;
  /** What `/.well-known/jwks.json` shows: all that verify. */
  publicSet(): Promise<{ keys: Record<string, unknown>[] }>;
}

/** Opens the key in use, or makes the first one. Two processes that make one at once both verify for both. */
export async function openSigningKeys(db: Db, secrets: SecretBox): Promise<SigningKeys> {
  const first = (await findActiveSigningKey(db)) ?? (await insertSigningKey(db, await newKey(secrets)));
  let current = await openKey(secrets, first);
  let until = performance.now() + activeLastsMs;
  return {
    active: async () => {
      if (performance.now() < until) return current;
      const row = await findActiveSigningKey(db);
      if (row !== undefined && row.kid !== current.kid) current = await openKey(secrets, row);
      until = performance.now() + activeLastsMs;
      return current;
    },
    rotate: async (trx, verifyUntil) => rotateSigningKey(trx, await newKey(secrets), verifyUntil),
    forget: () => {
      until = 0;
    },
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

async function newKey(secrets: SecretBox): Promise<NewSigningKey> {
  const pair = await generateKeyPair(signed.algorithm, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return {
    kid,
    algorithm: signed.algorithm,
    public_jwk: { ...publicJwk },
    private_sealed: secrets.seal(privateJwk, secretPlaces.signingKey(kid)),
  };
}

async function openKey(secrets: SecretBox, row: SigningKeyRow): Promise<SigningKey> {
  const jwk = JSON.parse(secrets.open(row.private_sealed, secretPlaces.signingKey(row.kid))) as JWK;
  return { kid: row.kid, key: await importKey(jwk), created: row.created };
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, signed.algorithm)) as CryptoKey;
}
