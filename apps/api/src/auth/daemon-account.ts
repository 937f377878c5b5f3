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

const login = 'attune.daemon';
const permissionSet = 'core.daemon';

/**
 * An API token for the worker and the sensor service that share a process with the API: the one it had, or a new one
 * if that is not good any more. It belongs to an account of its own, which nobody can log in to. undefined: the core
 * pack, which says what it may do, is not installed.
 */
export async function ensureDaemonToken(db: Db, kept: string): Promise<string | undefined> {
  const known = await findApiTokenByHash(db, hashToken(kept));
  if (known?.revoked_at === null) return kept;
  if ((await findPermissionSetByRef(db, permissionSet)) === undefined) return undefined;
  const token = newApiToken();
  await inTransaction(db, async (trx) => {
    await lockDefinitions(trx);
    const { id: identity } = await ensureAccount(trx);
    await assignPermissionSet(trx, identity, permissionSet);
    const { id } = await insertApiToken(trx, {
      identity,
      label: 'services of one process',
      token_hash: hashToken(token),
      token_prefix: token.slice(0, 8),
      token_suffix: token.slice(-4),
    });
    await insertAuditEvent(trx, {
      category: 'auth',
      event_type: 'auth.token_created',
      outcome: 'success',
      actor_login: login,
      resource_type: 'api_token',
      resource_id: id,
      details: { identity, login },
    });
  });
  return token;
}

async function ensureAccount(trx: Trx): Promise<IdentityRow> {
  const known = await findIdentityByLogin(trx, login);
  return known ?? insertIdentity(trx, { login, display_name: 'Services of this installation' });
}
