import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dropDatabase, ensureDatabase } from '../create-database.js';
import { openDatabase } from '../database.js';
import { migrate } from '../migrate.js';
import { catalogueTypes } from './catalogue-types.js';
import { generateQueries } from './queries.js';
import { dumpSchema } from './schema-dump.js';
import { tableDiagrams } from './table-diagrams.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const server = process.env['ATTUNE_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

// Writes what follows from the migrations and the repositories; with --check says which of it is out of date, and
// fails.
const files = new Map([...(await filesOfMigrations()), ...(await queryFiles())]);
const outdated = await outdatedFiles();
if (process.argv.includes('--check')) {
  for (const name of outdated) process.stderr.write(`libs/db/${name} is out of date\n`);
  process.exitCode = outdated.length === 0 ? 0 : 1;
} else {
  await mkdir(`${root}queries`, { recursive: true });
  for (const name of outdated) await update(name);
}

async function filesOfMigrations(): Promise<[string, string][]> {
  const name = `attune_schema_${process.pid}`;
  const { db, close } = openDatabase({ url: await ensureDatabase(server, name), poolSize: 2 });
  try {
    await migrate(db);
    return [
      ['schema.sql', await dumpSchema(db)],
      ['src/schema/catalogue.gen.ts', await catalogueTypes(db)],
      ['../../docs/tables.md', await tableDiagrams(db)],
    ];
  } finally {
    await close();
    await dropDatabase(server, name);
  }
}

async function queryFiles(): Promise<[string, string][]> {
  const queries = await generateQueries();
  return [...queries].map(([name, text]) => [`queries/${name}`, text]);
}

/** Files that differ from what is generated, and files that nothing generates any more. */
async function outdatedFiles(): Promise<string[]> {
  const present = await readdir(`${root}queries`).catch(() => []);
  const stale = present.map((name) => `queries/${name}`).filter((name) => !files.has(name));
  const changed = [];
  for (const [name, text] of files) {
    const current = await readFile(root + name, 'utf8').catch(() => undefined);
    if (current !== text) changed.push(name);
  }
  return [...changed, ...stale];
}

async function update(name: string): Promise<void> {
  const text = files.get(name);
  if (text === undefined) await rm(root + name);
  else await writeFile(root + name, text);
}
