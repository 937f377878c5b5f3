import { sql } from 'kysely';
import type { Database } from './database.js';
import { openDatabase } from './database.js';
import { checkSchema, migrate, migrationFiles, SchemaMismatchError } from './migrate.js';
import { createEmptyDatabase } from './testing/test-database.js';

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
let opened: Database[];

beforeEach(async () => {
  empty = await createEmptyDatabase();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await empty.drop();
});

function open() {
  const database = openDatabase({ url: empty.url, poolSize: 2 });
  opened.push(database);
  return database.db;
}

it('brings an empty database to the latest schema, and changes nothing the second time', async () => {
  const db = open();
  const names = (await migrationFiles()).map((file) => file.name);

  expect(await migrate(db)).toEqual(names);
  expect(await migrate(db)).toEqual([]);

  await expect(checkSchema(db)).resolves.toBeUndefined();
});

it('applies each file once when eight processes migrate at the same time', async () => {
  const names = (await migrationFiles()).map((file) => file.name);

  const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(open())));

  expect(applied.flat().sort()).toEqual(names);
  expect(applied.filter((list) => list.length > 0)).toHaveLength(1);
});

it('refuses a schema that lacks migrations, and says which command mends it', async () => {
  const db = open();

  await expect(checkSchema(db)).rejects.toThrow(/lacks 0001_enums, .*: run `attune db migrate`/);

  await migrate(db);
  const last = (await migrationFiles()).at(-1)!;
  await db.deleteFrom('migration').where('number', '=', last.number).execute();
  await expect(checkSchema(db)).rejects.toThrow(`the database lacks ${last.name}: run \`attune db migrate\``);
});

it('applies a file that came later than those of higher numbers', async () => {
  const db = open();
  await migrate(db);
  const late = (await migrationFiles()).find(({ name }) => name.endsWith('_session_families'))!;
  await sql`alter table attune.session drop column family_hash, add column previous_refresh_hash text,
    add constraint session_refresh_hash_key unique (refresh_hash)`.execute(db);
  await db.deleteFrom('migration').where('number', '=', late.number).execute();
  await sql`insert into attune.identity (login) values ('ada')`.execute(db);
  await sql`insert into attune.session (identity, refresh_hash, previous_refresh_hash, expires_at)
    values (1, 'latest', 'used', now())`.execute(db);

  await expect(checkSchema(db)).rejects.toThrow(`lacks ${late.name}:`);
  expect(await migrate(db)).toEqual([late.name]);

  const sessions = await db.selectFrom('session').select(['family_hash', 'refresh_hash']).execute();
  expect(sessions).toEqual([{ family_hash: 'latest', refresh_hash: 'latest' }]);
});

it('refuses a database that a newer program has migrated', async () => {
  const db = open();
  await migrate(db);
  await db.insertInto('migration').values({ number: 9999, name: '9999_future', checksum: '' }).execute();

  await expect(checkSchema(db)).rejects.toThrow(SchemaMismatchError);
  await expect(migrate(db)).rejects.toThrow(/has 9999_future, which this program does not know/);
});

it('refuses a migration that was changed after it was applied', async () => {
  const db = open();
  await migrate(db);
  await db.updateTable('migration').set({ checksum: 'other' }).where('number', '=', 1).execute();

  await expect(migrate(db)).rejects.toThrow(/0001_enums is not the file that was applied/);
});

it('leaves nothing of a file that fails', async () => {
  const db = open();
  await sql`create schema attune`.execute(db);
  await sql`create type attune.worker_type_enum as enum ('other')`.execute(db);

  await expect(migrate(db)).rejects.toThrow();

  const { rows } = await sql`select typname from pg_type where typnamespace = 'attune'::regnamespace
    and typtype = 'e'`.execute(db);
  expect(rows).toEqual([{ typname: 'worker_type_enum' }]);
});
