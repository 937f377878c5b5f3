import { Kysely, PostgresDialect } from 'kysely';
import type { Db } from '../database.js';
import { openPool } from '../pool.js';
import type { Schema } from '../schema/index.js';
import type { TestDatabase } from './test-database.js';

/** How many statements `work` sends. */
export async function countStatements<T>(
  database: TestDatabase,
  work: (db: Db) => Promise<T>,
): Promise<{ answer: T; statements: number }> {
  let statements = 0;
  const pool = openPool({
    url: database.url,
    poolSize: 2,
    applicationName: 'attune-test',
    statementTimeoutMs: 30_000,
  });
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    log: () => {
      statements += 1;
    },
  }).withSchema('attune');
  try {
    const answer = await work(db);
    return { answer, statements };
  } finally {
    await pool.end();
  }
}
