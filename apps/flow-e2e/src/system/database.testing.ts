import { randomBytes } from 'node:crypto';
import { dropDatabase, ensureDatabase, migrate, openDatabase, type Database } from '@attune/db';

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

/** A migrated database of the test's own. */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `attune_e2e_${randomBytes(5).toString('hex')}`;
  const url = await ensureDatabase(serverUrl, name);
  const database = openDatabase({ url, poolSize: 4, applicationName: 'attune-e2e' });
  await migrate(database.db);
  const drop = async () => {
    await database.close();
    await dropDatabase(serverUrl, name);
  };
  return { name, url, database, drop };
}
