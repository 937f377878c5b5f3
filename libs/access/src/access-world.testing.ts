import { assignPermissionSet, insertApiToken, insertSession } from '@attune/db';
import type { ApiTokenRow, Db, ExecutionRow, IdentityRow, SessionRow, WorkerRow } from '@attune/db';
import { makeExecution, makeIdentity, makePermissionSet, makeWorker } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { openAuthenticator } from './authenticator.js';
import type { Authenticator } from './authenticator.js';
import { hashToken, newApiToken } from './opaque-token.js';
import { makeSigner } from './testing/signer.js';
import type { Signer } from './testing/signer.js';

/** An account with a login, an API token, and an execution that runs for it on a worker. */
export interface AccessWorld {
  readonly signer: Signer;
  readonly identity: IdentityRow;
  readonly session: SessionRow;
  readonly apiToken: ApiTokenRow & { secret: string };
  readonly worker: WorkerRow;
  readonly execution: ExecutionRow;
  /** The claims of a good token of each signed kind. */
  readonly claims: Readonly<Record<SignedKind, Record<string, unknown>>>;
  readonly clock: { ms: number; now(): Date };
  /** A process of its own; on this file's database unless said. */
  open(on?: Db): Authenticator;
}

export const signedKinds = ['access', 'sensor', 'worker', 'execution'] as const;
export type SignedKind = (typeof signedKinds)[number];

export const held: readonly Grant[] = [
  { resource: 'rules', actions: ['read', 'update'] },
  { resource: 'events', actions: ['create'], constraints: { pack_refs: ['ops'] } },
  { resource: 'tokens', actions: ['mint_execution'] },
  { resource: 'keys', actions: ['read', 'decrypt'] },
];

export const setOfExecution: readonly Grant[] = [
  { resource: 'keys', actions: ['read'], constraints: { owner: 'self' } },
  { resource: 'identities', actions: ['create'] },
];

export async function makeAccessWorld(db: Db): Promise<AccessWorld> {
  const clock = { ms: Date.now(), now: () => new Date(clock.ms) };
  const identity = await makeIdentity(db);
  await assignPermissionSet(db, identity.id, (await makePermissionSet(db, { grants: held })).ref);
  const session = await makeSession(db, identity.id);
  const apiToken = await makeApiToken(db, identity.id);
  const worker = await makeWorker(db);
  const { ref } = await makePermissionSet(db, { grants: setOfExecution });
  const execution = await makeExecution(db, {
    status: 'running',
    worker,
    executor: identity.id,
    permission_set_refs: [ref],
  });
  const hold = { worker: worker.id, incarnation: worker.incarnation };
  const sub = String(identity.id);
  return {
    signer: await makeSigner(db),
    identity,
    session,
    apiToken,
    worker,
    execution,
    clock,
    claims: {
      access: { kind: 'access', sub, sid: session.id },
      sensor: { kind: 'sensor', sub, tok: apiToken.id, sensor: 'ops.disk', triggers: ['ops.disk_full'] },
      worker: { kind: 'worker', sub, tok: apiToken.id, ...hold },
      execution: {
        kind: 'execution',
        sub,
        tok: apiToken.id,
        execution: execution.id,
        attempt: execution.attempt,
        ...hold,
      },
    },
    open: (on = db) => openAuthenticator({ db: on, issuer: 'attune', clock }),
  };
}

export function makeSession(db: Db, identity: number, api_token?: number): Promise<SessionRow> {
  return insertSession(db, {
    identity,
    api_token,
    refresh_hash: newApiToken(),
    expires_at: new Date(Date.now() + 3_600_000),
  });
}

export async function makeApiToken(
  db: Db,
  identity: number,
  more: { scope?: readonly Grant[]; expires_at?: Date } = {},
): Promise<ApiTokenRow & { secret: string }> {
  const secret = newApiToken();
  const row = await insertApiToken(db, {
    identity,
    label: 'test',
    token_hash: hashToken(secret),
    token_prefix: secret.slice(0, 8),
    token_suffix: secret.slice(-4),
    ...more,
  });
  return { ...row, secret };
}
