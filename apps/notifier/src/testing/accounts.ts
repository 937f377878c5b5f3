import { randomUUID } from 'node:crypto';
import * as keys from '@attune/access/testing';
import { assignPermissionSet, insertSession } from '@attune/db';
import type { Db, IdentityRow, PermissionSetRow, SessionRow } from '@attune/db';
import { makeIdentity, makePermissionSet } from '@attune/db/testing';
import type { Grant } from '@attune/domain';

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

export async function makeSigner(db: Db): Promise<Signer> {
  return forAccounts(await keys.makeSigner(db));
}

export async function makeForger(kid: string): Promise<Signer> {
  return forAccounts(await keys.makeForger(kid));
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

function forAccounts(signer: keys.Signer): Signer {
  return {
    kid: signer.kid,
    sign: ({ identity, session }, overrides = {}) =>
      signer.sign({ kind: 'access', sub: String(identity.id), sid: session.id, ...overrides }),
  };
}
