import type { Session } from '@attune/access';
import { findHeldExecution, findLeasedWorker, inTransaction } from '@attune/db';
import type { WorkerHold } from '@attune/db';
import { InvalidStateError, PermissionDeniedError } from '@attune/domain';
import { auditCredential } from './audit-credential.js';
import type { CredentialCall, CredentialChange } from './audit-credential.js';
import { lifetimes } from './lifetimes.js';
import type { SignedToken, TokenSubject } from './token-signer.js';

/** A request to mint: what is signed stands on what the caller stands on, and ends with it. */
export type MintCall = CredentialCall & { readonly session: Session };

export interface SensorRequest {
  sensor: string;
  triggers: string[];
  lifetimeSeconds: number;
}

export async function mintSensorToken(call: MintCall, request: SensorRequest): Promise<SignedToken> {
  const { principal, session } = call;
  const { sensor, triggers, lifetimeSeconds } = request;
  const sub = String(principal.identityId);
  return mint(call, { kind: 'sensor', sub, ...session.basis, sensor, triggers }, lifetimeSeconds, {
    type: 'sensor',
    ref: sensor,
    details: { triggers },
  });
}

/** Throws InvalidStateError unless this start of the worker has its lease. */
export async function mintWorkerToken(
  call: MintCall,
  { worker, incarnation }: { worker: number; incarnation: number },
): Promise<SignedToken> {
  const { ctx, principal, session } = call;
  const row = await findLeasedWorker(ctx.db, { id: worker, incarnation });
  if (row === undefined) {
    throw new InvalidStateError(`start ${incarnation} of worker ${worker} has no lease`);
  }
  const sub = String(principal.identityId);
  return mint(call, { kind: 'worker', sub, ...session.basis, worker, incarnation }, lifetimes.worker, {
    type: 'worker',
    id: worker,
    ref: row.name,
    details: { incarnation },
  });
}

/**
 * For the worker that has the attempt in hand, and nobody else. Throws InvalidStateError when it has not, and for an
 * execution that has no permission sets or runs for nobody: it gets no token at all.
 */
export async function mintExecutionToken(
  call: MintCall,
  { id, attempt }: { id: number; attempt: number },
): Promise<SignedToken> {
  const { ctx, session } = call;
  const hold = heldBy(call);
  const held = await findHeldExecution(ctx.db, hold, { id, attempt });
  if (held === undefined) {
    throw new InvalidStateError(`attempt ${attempt} of execution ${id} is not run by this worker now`);
  }
  if (held.executor === null || held.permission_set_refs.length === 0) {
    throw new InvalidStateError(`execution ${id} has no permissions, so it gets no token`);
  }
  const by = { worker: hold.workerId, incarnation: hold.incarnation };
  const subject = { sub: String(held.executor), ...session.basis, execution: id, attempt, ...by };
  return mint(call, { kind: 'execution', ...subject }, lifetimes.execution, {
    type: 'execution',
    id,
    ref: held.action_ref,
    details: { attempt, permission_set_refs: held.permission_set_refs },
  });
}

/** The start of a worker whose token the caller has. Throws PermissionDeniedError for all others. */
export function heldBy({ session: { claims } }: Pick<MintCall, 'session'>): WorkerHold {
  if (claims?.kind === 'worker') return { workerId: claims.worker, incarnation: claims.incarnation };
  throw new PermissionDeniedError('only workers ask for what their executions need');
}

/** The same token with a later end. Throws PermissionDeniedError for logins and API tokens. */
export function renewToken({ ctx }: Pick<MintCall, 'ctx'>, { claims }: Session): Promise<SignedToken> {
  if (claims === undefined || claims.kind === 'access') {
    throw new PermissionDeniedError('only tokens of sensors, workers and executions are renewed', {
      details: [{ path: '', message: 'a login is refreshed with its refresh token: POST /auth/refresh' }],
    });
  }
  const { jti: _id, iat, exp, ...subject } = claims;
  return ctx.auth.signer.sign(subject, exp - iat);
}

async function mint(
  call: MintCall,
  subject: TokenSubject,
  lifetimeSeconds: number,
  about: Omit<CredentialChange, 'event'>,
): Promise<SignedToken> {
  const { ctx } = call;
  const signed = await ctx.auth.signer.sign(subject, lifetimeSeconds);
  const details = { ...about.details, kind: subject.kind, expires_at: signed.expiresAt };
  await inTransaction(ctx.db, (trx) =>
    auditCredential(trx, call, { ...about, event: 'token_minted', details }),
  );
  return signed;
}
