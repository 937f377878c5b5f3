import { ensureDaemonToken } from '@attune/api';
import type { Db } from '@attune/db';
import type { DataDirectory } from './data-directory.js';

const file = 'daemon-token';

/** What the worker of this process is known to the API by: made once, and again when it was revoked. Never shown. */
export async function daemonToken(db: Db, data: DataDirectory): Promise<string | undefined> {
  const kept = await data.readOrMake(file, () => '');
  const token = await ensureDaemonToken(db, kept);
  if (token !== undefined && token !== kept) await data.write(file, `${token}\n`);
  return token;
}
