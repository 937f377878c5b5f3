import type { Db } from '@attune/db';
import type { Log } from '@attune/service';
import type { ApiConfig } from '../config.js';
import { admitDaemonToken } from './daemon-account.js';
import { offerFirstAccount } from './first-account.js';

/** The accounts that the configuration speaks of: of the services, and of the first person. */
export async function makeConfiguredAccounts(
  db: Db,
  config: ApiConfig,
  at: { setupToken: string; url: string; log: Log },
): Promise<void> {
  await admitDaemonToken(db, config.security.daemon_token);
  await offerFirstAccount(db, config, at);
}
