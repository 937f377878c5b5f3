import { AttuneError } from '@attune/domain';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Db } from './database.js';
import type { Schema } from './schema/index.js';

const directory = fileURLToPath(new URL('../migrations', import.meta.url));
/** Any number, as long as it stays the same. */
const lockKey = 4_207_301_117;

export interface MigrationFile {
  number: number;
  /** File name without `.sql`. */
  name: string;
  text: string;
  /** sha256, hex. */
  checksum: string;
}

type Applied = Pick<MigrationFile, 'number' | 'name' | 'checksum'>;

/** The database is not the one this program was built for. Nothing but `attune db migrate` helps. */
export class SchemaMismatchError extends AttuneError {
  readonly code = 'SCHEMA_MISMATCH';
}

/** The migrations this program brings, in order. */
export async function migrationFiles(): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(names.map(readMigration));
}

/**
 * Brings the schema up to date and returns the names of the files applied now. Several processes may run it
 * at once: one works, the others wait and find nothing to do. Each file is a transaction. A file that changed
 * after it was applied is an error, as is a database that is ahead of this program. Statements may take as
 * long as `db` allows (`statementTimeoutMs`).
 */
export async function migrate(db: Db): Promise<string[]> {
  const files = await migrationFiles();
  return db.connection().execute(async (connection) => {
    await acquireLock(connection);
    try {
      await createJournal(connection);
      const pending = pendingFiles(files, await readJournal(connection));
      for (const file of pending) await apply(connection, file);
      return pending.map((file) => file.name);
    } finally {
      await sql`select pg_advisory_unlock(${lockKey})`.execute(connection);
    }
  });
}

/** Throws SchemaMismatchError unless exactly this program's migrations have been applied. Changes nothing. */
export async function checkSchema(db: Db): Promise<void> {
  const files = await migrationFiles();
  const exists = await sql<{ present: boolean }>`
    select to_regclass('attune.migration') is not null as present`.execute(db);
  const applied = exists.rows[0]?.present === true ? await readJournal(db) : [];
  const pending = pendingFiles(files, applied);
  if (pending.length === 0) return;
  const names = pending.map((file) => file.name).join(', ');
  throw new SchemaMismatchError(`the database lacks ${names}: run \`attune db migrate\``);
}

async function readMigration(fileName: string): Promise<MigrationFile> {
  const text = await readFile(`${directory}/${fileName}`, 'utf8');
  return {
    number: Number(fileName.slice(0, 4)),
    name: fileName.replace(/\.sql$/, ''),
    text,
    checksum: createHash('sha256').update(text).digest('hex'),
  };
}

/** Polls, because a statement that waits for the lock would run into the statement timeout. */
async function acquireLock(connection: Kysely<Schema>): Promise<void> {
  for (;;) {
    const result = await sql<{ locked: boolean }>`
      select pg_try_advisory_lock(${lockKey}) as locked`.execute(connection);
    if (result.rows[0]?.locked === true) return;
    await delay(100);
  }
}

async function createJournal(connection: Kysely<Schema>): Promise<void> {
  await sql`create schema if not exists attune`.execute(connection);
  await sql`
    create table if not exists attune.migration (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`.execute(connection);
}

async function readJournal(db: Db): Promise<Applied[]> {
  return db.selectFrom('migration').select(['number', 'name', 'checksum']).orderBy('number').execute();
}

function pendingFiles(files: readonly MigrationFile[], applied: readonly Applied[]): MigrationFile[] {
  for (const entry of applied) {
    const file = files.find((candidate) => candidate.number === entry.number);
    if (file === undefined) {
      throw new SchemaMismatchError(
        `the database has ${entry.name}, which this program does not know: a newer program migrated it; use that one`,
      );
    }
    if (file.checksum !== entry.checksum) {
      throw new SchemaMismatchError(
        `${file.name} is not the file that was applied to the database: migrations never change, add a new one`,
      );
    }
  }
  // Also one that comes late, with a number below others that are there: work on two of them may end out of turn.
  const present = new Set(applied.map(({ number }) => number));
  return files.filter(({ number }) => !present.has(number));
}

async function apply(connection: Kysely<Schema>, file: MigrationFile): Promise<void> {
  await connection.transaction().execute(async (trx) => {
    await sql.raw(file.text).execute(trx);
    await trx
      .insertInto('migration')
      .values({ number: file.number, name: file.name, checksum: file.checksum })
      .execute();
  });
}
