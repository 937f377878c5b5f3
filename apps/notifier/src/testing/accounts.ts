import { randomUUID } from 'node:crypto';
import { assignPermissionSet, insertSession, insertSigningKey } from '@attune/db';
import type { Db, IdentityRow, PermissionSetRow, SessionRow } from '@attune/db';
import { makeIdentity, makePermissionSet } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';

export interface Account {
  readonly identity: IdentityRow;
  readonly session: SessionRow;
  readonly permissionSet: PermissionSetRow;
}

export interface Signer {
  /** An access token as the api makes it; claims may be overridden, undefined leaves one out. */
  sign(account: Account, overrides?: Record<string, unknown>): Promise<string>;
  readonly kid: string;
}

/** A key pair whose public part is where services look for it. */
export async function makeSigner(db: Db): Promise<Signer> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const public_jwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(public_jwk);
  await insertSigningKey(db, {
    kid,
    algorithm: 'EdDSA',
    public_jwk,
    private_sealed: { sealed: 'elsewhere' },
  });
  return signerOf(pair.privateKey, kid);
}

/** A key nobody knows, under any name. */
export async function makeForger(kid: string): Promise<Signer> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return signerOf(pair.privateKey, kid);
}

export async function makeAccount(db: Db, grants: readonly Grant[]): Promise<Account> {
  const name = randomUUID();
  const identity = await makeIdentity(db);
  const session = await insertSession(db, {
    identity: identity.id,
    refresh_hash: name,
    expires_at: new Date(Date.now() + 3_600_000),
  });
  const permissionSet = await makePermissionSet(db, { grants });
  await assignPermissionSet(db, identity.id, permissionSet.ref);
  return { identity, session, permissionSet };
}

function signerOf(key: CryptoKey, kid: string): Signer {
  return {
    kid,
    sign: ({ identity, session }, overrides = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        iss: 'attune',
        aud: 'attune',
        sub: String(identity.id),
        sid: session.id,
        jti: randomUUID(),
        iat: now,
        exp: now + 900,
        kind: 'access',
        ...overrides,
      };
      return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' }).sign(key);
    },
  };
}
