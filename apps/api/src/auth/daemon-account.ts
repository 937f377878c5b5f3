import { hashToken, newApiToken } from '@attune/access';
import {
  assignPermissionSet,
  findApiTokenByHash,
  findIdentityByLogin,
  findPermissionSetByRef,
  insertApiToken,
  insertAuditEvent,
  insertIdentity,
  inTransaction,
  lockDefinitions,
} from '@attune/db';
import type { Db, IdentityRow, Trx } from '@attune/db';
import { ConflictError, InvalidStateError } from '@attune/domain';

export const daemonLogin = 'attune.daemon';
const permissionSet = 'core.daemon';
/** Of the account that is made here: one that somebody else has made is given nothing. */
const mark = 'service';

/**
 * An API token for the worker and the sensor service that share a process with the API: the one it had, or a new one
 * if that is not good any more. undefined: the core pack, which says what it may do, is not installed.
 */
export async function ensureDaemonToken(db: Db, kept: string): Promise<string | undefined> {
  const known = await findApiTokenByHash(db, hashToken(kept));
  if (known?.revoked_at === null) return kept;
  const token = newApiToken();
  return (await admit(db, token)) ? token : undefined;
}

/** Takes the token that services were configured with. One that is known stays as it is: also one that was revoked. */
export async function admitDaemonToken(db: Db, token: string | undefined): Promise<void> {
  if (token === undefined || (await findApiTokenByHash(db, hashToken(token))) !== undefined) return;
  await admit(db, token).catch(ignoreExisting);
}

/** It belongs to an account of its own, which nobody can log in to. */
async function admit(db: Db, token: string): Promise<boolean> {
  if ((await findPermissionSetByRef(db, permissionSet)) === undefined) return false;
  await inTransaction(db, async (trx) => {
    await lockDefinitions(trx);
    const { id: identity } = await ensureAccount(trx);
    await assignPermissionSet(trx, identity, permissionSet);
    const { id } = await insertApiToken(trx, {
      identity,
      label: 'services of this installation',
      token_hash: hashToken(token),
      token_prefix: token.slice(0, 8),
      token_suffix: token.slice(-4),
    });
    await insertAuditEvent(trx, {
      category: 'auth',
      event_type: 'auth.token_created',
      outcome: 'success',
      actor_login: daemonLogin,
      resource_type: 'api_token',
      resource_id: id,
      details: { identity, login: daemonLogin },
    });
  });
  return true;
}

async function ensureAccount(trx: Trx): Promise<IdentityRow> {
  const known = await findIdentityByLogin(trx, daemonLogin);
  if (known === undefined) {
    const attributes = { [mark]: true };
    return insertIdentity(trx, {
      login: daemonLogin,
      display_name: 'Services of this installation',
      attributes,
    });
  }
  if (known.attributes[mark] === true && known.password_hash === null) return known;
  throw new InvalidStateError(
    `the services of this installation need the login ${daemonLogin}, which is identity ${known.id}: delete that one first`,
  );
}

/** Another process that started at the same time has taken it. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}
