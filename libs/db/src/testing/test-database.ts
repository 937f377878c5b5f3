import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Database, Db } from '../database.js';
import { openDatabase } from '../database.js';
import { migrate, migrationFiles } from '../migrate.js';

const templatePrefix = 'attune_template_';
const clonePrefix = 'attune_test_';
/** A clone that is older than this belongs to a run that was killed. */
const abandonedAfterMs = 2 * 60 * 60 * 1000;
const tooEarly = 'the test database exists from beforeAll on';
/** Any number, as long as all test processes use the same. */
const lockKey = 4_207_301_118;

export interface TestDatabase {
  /** Ready from beforeAll on. */
  readonly db: Db;
  readonly url: string;
  /** Another pool on the same database, as another process would have; closed at the end. */
  open(options?: { poolSize?: number }): Database;
}

interface Clone {
  name: string;
  url: string;
  databases: Database[];
}

/**
 * A database of its own for this test file, with all migrations applied: a clone of a template that the first
 * of any number of processes makes. Dropped at the end of the file. Call it at the top of the file.
 */
export function useTestDatabase(options: { poolSize?: number } = {}): TestDatabase {
  let clone: Clone | undefined;
  const present = (): Clone => {
    if (clone === undefined) throw new Error(tooEarly);
    return clone;
  };
  const open = (poolSize: number) => {
    const database = openDatabase({ url: present().url, poolSize, applicationName: 'attune-test' });
    present().databases.push(database);
    return database;
  };
  let db: Db | undefined;
  beforeAll(async () => {
    clone = await createClone();
    db = open(options.poolSize ?? 20).db;
  });
  afterAll(async () => {
    await Promise.all((clone?.databases ?? []).map((database) => database.close()));
    if (clone !== undefined) await onServer(dropDatabase(clone.name));
  });
  return {
    get db() {
      if (db === undefined) throw new Error(tooEarly);
      return db;
    },
    get url() {
      return present().url;
    },
    open: (settings) => open(settings?.poolSize ?? 10),
  };
}

/** An empty database without our schema, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = cloneName();
  await onServer((client) => createDatabase(client, name));
  return { url: urlOf(name), drop: () => onServer(dropDatabase(name)) };
}

async function createClone(): Promise<Clone> {
  const template = await templateName();
  const name = cloneName();
  await onServer(async (client) => {
    await ensureTemplate(client, template);
    await createDatabase(client, name, template);
  });
  return { name, url: urlOf(name), databases: [] };
}

/** Named by what the migrations say: another version of them is another template. */
async function templateName(): Promise<string> {
  const files = await migrationFiles();
  const hash = createHash('sha256').update(files.map((file) => file.checksum).join());
  return `${templatePrefix}${hash.digest('hex').slice(0, 16)}`;
}

/** One process makes the template, under another name until it is complete; the others wait. */
async function ensureTemplate(client: pg.Client, template: string): Promise<void> {
  if (await exists(client, template)) return;
  await client.query('select pg_advisory_lock($1)', [lockKey]);
  try {
    if (await exists(client, template)) return;
    await dropAbandoned(client);
    const unfinished = cloneName();
    await createDatabase(client, unfinished);
    const database = openDatabase({ url: urlOf(unfinished), poolSize: 1 });
    await migrate(database.db);
    await database.close();
    const names = [unfinished, template].map((name) => pg.escapeIdentifier(name));
    await client.query(`alter database ${names[0]} rename to ${names[1]}`);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey]);
  }
}

/** Nothing here outlives the server, so commits need not wait for its disk; what they promise is the same. */
async function createDatabase(client: pg.Client, name: string, template = 'template1'): Promise<void> {
  const [database, source] = [name, template].map((each) => pg.escapeIdentifier(each));
  await client.query(`create database ${database} template ${source}`);
  await client.query(`alter database ${database} set synchronous_commit = off`);
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  return rowCount === 1;
}

async function dropAbandoned(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [clonePrefix],
  );
  for (const { datname } of rows) {
    const made = Number.parseInt(datname.slice(clonePrefix.length).split('_')[0] ?? '', 36);
    if (Date.now() - made > abandonedAfterMs) await dropDatabase(datname)(client);
  }
}

function cloneName(): string {
  return `${clonePrefix}${Date.now().toString(36)}_${randomBytes(6).toString('hex')}`;
}

function dropDatabase(name: string) {
  return async (client: pg.Client): Promise<void> => {
    await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
  };
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  return process.env['ATTUNE_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
}

function urlOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}
