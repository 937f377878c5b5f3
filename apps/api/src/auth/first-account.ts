import {
  assignPermissionSet,
  countIdentities,
  insertAuditEvent,
  insertIdentity,
  inTransaction,
  lockDefinitions,
} from '@attune/db';
import type { Db, IdentityRow, Trx } from '@attune/db';
import { ConflictError, InvalidStateError } from '@attune/domain';
import type { Log } from '@attune/service';
import type { ApiConfig } from '../config.js';
import { daemonLogin } from './daemon-account.js';
import { hashPassword } from './passwords.js';

const firstPermissionSet = 'core.admin';

export interface FirstAccount {
  login: string;
  password: string;
  displayName?: string | null | undefined;
}

/**
 * When nobody can log in yet: makes the configured account, or prints how to make one. There is no default
 * password. Changes nothing on later starts.
 */
export async function offerFirstAccount(
  db: Db,
  config: ApiConfig,
  at: { setupToken: string; url: string; log: Log },
): Promise<void> {
  if (await hasAccounts(db)) return;
  const { admin_login: login, admin_password: password } = config.security;
  if (login !== undefined && password !== undefined) {
    await createFirstAccount(db, { login, password }, recordConfigured).then(
      () => at.log.info({ event: 'auth.first_account', login }, 'created the first account'),
      ignoreExisting,
    );
    return;
  }
  at.log.warn(
    { event: 'auth.setup_link', link: `${at.url}/auth/setup#${at.setupToken}` },
    'there is no account yet: open this link, once; or POST {"setup_token", "login", "password"} to it (the token is the part after #)',
  );
}

/** Whether there is an account of a person: nobody logs in to that of the services. */
export async function hasAccounts(db: Db): Promise<boolean> {
  return (await countIdentities(db, daemonLogin)) > 0;
}

/**
 * With what `complete` does in the same transaction, its record at least: of any number of attempts at once one makes
 * the account. Throws InvalidStateError when somebody has one already.
 */
export async function createFirstAccount<T>(
  db: Db,
  account: FirstAccount,
  complete: (trx: Trx, identity: IdentityRow) => Promise<T>,
): Promise<T> {
  const passwordHash = await hashPassword(account.password);
  return inTransaction(db, async (trx) => {
    await lockDefinitions(trx);
    if (await hasAccounts(trx)) throw new InvalidStateError('the first account exists already');
    const identity = await insertIdentity(trx, {
      login: account.login,
      display_name: account.displayName ?? null,
      password_hash: passwordHash,
    });
    await assignPermissionSet(trx, identity.id, firstPermissionSet);
    return complete(trx, identity);
  });
}

async function recordConfigured(trx: Trx, { id, login }: IdentityRow): Promise<void> {
  await insertAuditEvent(trx, {
    category: 'auth',
    event_type: 'auth.setup',
    outcome: 'success',
    actor_identity: id,
    actor_login: login,
    details: { by: 'configuration' },
  });
}

/** Another process that started at the same time has made it. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof InvalidStateError || error instanceof ConflictError)) throw error;
}
