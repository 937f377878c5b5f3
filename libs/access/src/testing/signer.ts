import { randomUUID } from 'node:crypto';
import { insertSigningKey } from '@attune/db';
import type { Db } from '@attune/db';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { signed } from '../token-claims.js';

export interface Signer {
  readonly kid: string;
  readonly publicKey: JWK;
  /** A token as the API makes it: claims and header replace what is usual, undefined leaves one out. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

/** A key pair whose public part is where services look for it. */
export async function makeSigner(db: Db): Promise<Signer> {
  const { privateKey, publicKey } = await makePair();
  const kid = await calculateJwkThumbprint(publicKey);
  await insertSigningKey(db, {
    kid,
    algorithm: signed.algorithm,
    public_jwk: { ...publicKey },
    private_sealed: { sealed: 'elsewhere' },
  });
  return signerOf(privateKey, publicKey, kid);
}

/** A key nobody knows, under any name. */
export async function makeForger(kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await makePair();
  return signerOf(privateKey, publicKey, kid);
}

async function makePair(): Promise<{ privateKey: CryptoKey; publicKey: JWK }> {
  const pair = await generateKeyPair(signed.algorithm, { crv: 'Ed25519', extractable: true });
  return { privateKey: pair.privateKey, publicKey: await exportJWK(pair.publicKey) };
}

function signerOf(key: CryptoKey, publicKey: JWK, kid: string): Signer {
  return {
    kid,
    publicKey,
    sign: (claims, header = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const usual = { iss: 'attune', aud: signed.audience, jti: randomUUID(), iat: now, exp: now + 900 };
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: signed.algorithm, kid, typ: signed.type, ...header })
        .sign(key);
    },
  };
}
