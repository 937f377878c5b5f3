import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as library from '../index.js';
import { useTestDatabase } from '../testing/index.js';
import { catalogueTypes } from './catalogue-types.js';
import { generateQueries, samples } from './queries.js';
import { dumpSchema } from './schema-dump.js';
import { tableDiagrams } from './table-diagrams.js';

const root = join(__dirname, '../..');
const database = useTestDatabase();

/** They open, migrate or compose; their SQL is not a repository's, or they have none. */
const notRepositories = [
  'SchemaMismatchError',
  'SecretError',
  'StaleDefinitionsError',
  'checkSchema',
  'createSecretBox',
  'dropDatabase',
  'ensureDatabase',
  'holdsClearSecret',
  'inTransaction',
  'keepPresence',
  'lockPack',
  'migrate',
  'openDatabase',
  'openKey',
  'openSecretPart',
  'readDoctorFacts',
  'readOnly',
  'retryTransient',
  'sealSecrets',
];

it.each([
  ['schema.sql', dumpSchema],
  ['src/schema/catalogue.gen.ts', catalogueTypes],
  ['../../docs/tables.md', tableDiagrams],
])('%s says what the migrations lead to', async (file, generate) => {
  expect(await readFile(join(root, file), 'utf8')).toBe(await generate(database.db));
});

it('queries/ holds the SQL of every repository function as it is now', async () => {
  const generated = await generateQueries();

  expect((await readdir(join(root, 'queries'))).sort()).toEqual([...generated.keys()].sort());
  for (const [name, text] of generated) {
    expect(await readFile(join(root, 'queries', name), 'utf8')).toBe(text);
  }
});

it('samples every function that this library offers', () => {
  const sampled = Object.values(samples).flatMap((functions) => Object.keys(functions));
  const offered = Object.entries(library).filter(([, value]) => typeof value === 'function');
  const names = offered.map(([name]) => name).filter((name) => !notRepositories.includes(name));

  expect(names.filter((name) => !sampled.includes(name))).toEqual([]);
});
