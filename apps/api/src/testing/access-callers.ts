import { hashToken, newApiToken } from '@attune/access';
import { makeForger, makeSigner } from '@attune/access/testing';
import {
  assignPermissionSet,
  endSession,
  getIdentity,
  insertApiToken,
  insertPermissionSet,
  insertSession,
  listApiTokens,
  listSessions,
  updateIdentity,
} from '@attune/db';
import type { Db } from '@attune/db';
import { makeExecution, makeIdentity, makeWorker } from '@attune/db/testing';
import type { Grant } from '@attune/domain';

const hourMs = 3_600_000;
const all = { limit: 100 };
let sets = 0;

/** An account with these grants and an API token of it: no password is hashed for it. */
export async function makeHolder(db: Db, grants: readonly Grant[]) {
  const identity = await makeIdentity(db);
  const ref = await makeSet(db, grants);
  await assignPermissionSet(db, identity.id, ref);
  return { id: identity.id, token: await makeToken(db, identity.id) };
}

export interface RefusedTokens {
  /** Each stands for nobody, for another reason. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Stands for their owner: what they lack makes the difference. */
  readonly accepted: string;
  /** All that a request with one of them could end; while it is the same, each is refused for its own reason. */
  readonly ground: () => Promise<unknown>;
}

/** Tokens of owners who may do everything. */
export async function makeRefusedTokens(db: Db, everything: readonly Grant[]): Promise<RefusedTokens> {
  const signer = await makeSigner(db);
  const forger = await makeForger(signer.kid);
  const { id } = await makeHolder(db, everything);
  const frozen = await makeHolder(db, everything);
  await updateIdentity(db, frozen.id, { frozen: true });
  const refresh = newApiToken();
  const session = await makeSession(db, id, refresh);
  const ended = await makeSession(db, id);
  await endSession(db, ended.id, 'logout');
  const frozenSession = await makeSession(db, frozen.id);
  const claims = { kind: 'access', sub: String(id), sid: session.id };
  const past = Math.floor(Date.now() / 1000) - 60;
  const accepted = await signer.sign(claims);
  const [header = '', body = ''] = accepted.split('.');
  const tokens = {
    garbage: 'garbage',
    'an empty token of three parts': 'e30.e30.e30',
    'a token of another key': await forger.sign(claims),
    'a token that nobody signed': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`,
    'a token without its signature': `${header}.${body}.`,
    'an expired token': await signer.sign({ ...claims, exp: past }),
    'a token for another service': await signer.sign({ ...claims, aud: 'somebody' }),
    'a token of another installation': await signer.sign({ ...claims, iss: 'somebody' }),
    'a token of no kind': await signer.sign({ ...claims, kind: undefined }),
    'a refresh token': refresh,
    'a token of an ended session': await signer.sign({ ...claims, sid: ended.id }),
    'a token of a session of somebody else': await signer.sign({ ...claims, sid: frozenSession.id }),
    'a token of a frozen account': await signer.sign({
      ...claims,
      sub: String(frozen.id),
      sid: frozenSession.id,
    }),
    'an API token of a frozen account': frozen.token,
    'an expired API token': await makeToken(db, id, { expires_at: new Date(Date.now() - 60_000) }),
    'the hash of an API token': hashToken(frozen.token),
  };
  const ground = () =>
    Promise.all([
      getIdentity(db, id),
      getIdentity(db, frozen.id),
      listSessions(db, { identity: id }, all),
      listApiTokens(db, { identity: id }, all),
    ]);
  return { tokens, accepted, ground };
}

/** Good tokens of an owner who may do everything, that stand for less: what each may, and nothing else. */
export async function makeLimitedTokens(
  db: Db,
  everything: readonly Grant[],
): Promise<Record<string, { token: string; allowed: readonly string[] }>> {
  const signer = await makeSigner(db);
  const { id } = await makeHolder(db, everything);
  const session = await makeSession(db, id);
  const basis = { sub: String(id), sid: session.id };
  const worker = await makeWorker(db);
  const hold = { worker: worker.id, incarnation: worker.incarnation };
  const ref = await makeSet(db, [{ resource: 'packs', actions: ['read'] }]);
  const execution = await makeExecution(db, {
    status: 'running',
    worker,
    executor: id,
    permission_set_refs: [ref],
  });
  const run = { execution: execution.id, attempt: execution.attempt };
  return {
    'an account without permissions': { token: (await makeHolder(db, [])).token, allowed: [] },
    'an API token scoped to nothing': { token: await makeToken(db, id, { scope: [] }), allowed: [] },
    'a sensor': {
      token: await signer.sign({ kind: 'sensor', ...basis, sensor: 'core.none', triggers: ['core.none'] }),
      allowed: ['events:create'],
    },
    'a worker': {
      token: await signer.sign({ kind: 'worker', ...basis, ...hold }),
      allowed: ['tokens:mint_execution'],
    },
    'an execution': {
      token: await signer.sign({ kind: 'execution', ...basis, ...hold, ...run }),
      allowed: ['packs:read'],
    },
  };
}

async function makeSet(db: Db, grants: readonly Grant[]): Promise<string> {
  sets += 1;
  return (await insertPermissionSet(db, { ref: `core.matrix_${sets}`, grants })).ref;
}

function makeSession(db: Db, identity: number, refresh = newApiToken()) {
  const expires_at = new Date(Date.now() + hourMs);
  return insertSession(db, { identity, refresh_hash: hashToken(refresh), expires_at });
}

async function makeToken(
  db: Db,
  identity: number,
  more: { scope?: readonly Grant[]; expires_at?: Date } = {},
): Promise<string> {
  const secret = newApiToken();
  const parts = { token_prefix: secret.slice(0, 8), token_suffix: secret.slice(-4) };
  await insertApiToken(db, { identity, label: 'matrix', token_hash: hashToken(secret), ...parts, ...more });
  return secret;
}
