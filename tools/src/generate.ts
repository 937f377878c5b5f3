import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { providePostgres } from '@attune/testing';
import { format, resolveConfig } from 'prettier';
import type { GeneratedFile } from './generated-file.js';
import { apiReferencePages } from './generators/api-reference/api-reference.generator.js';
import { configurationPages } from './generators/configuration.generator.js';
import { messagePages } from './generators/messages.generator.js';
import { stateMachinePages } from './generators/state-machines.generator.js';
import { root } from './workspace.js';

// `generate [--check]`: writes every generated file, or says which are out of date.
// The pages come from the generators here; schema.sql and the queries from libs/db, which needs a PostgreSQL.

await generateDatabaseFiles();
const changes = await changedPages([
  ...messagePages(),
  ...stateMachinePages(),
  ...apiReferencePages(),
  ...configurationPages(),
]);
if (process.argv.includes('--check')) {
  for (const { path } of changes) console.log(`${path} is out of date: npm run generate`);
  if (changes.length > 0) process.exitCode = 1;
} else {
  await Promise.all(changes.map(write));
  for (const { path } of changes) console.log(path);
}

/** The program of libs/db takes the same argument and sets the exit code itself. */
async function generateDatabaseFiles(): Promise<void> {
  const postgres = await providePostgres();
  process.env['ATTUNE_TEST_DATABASE_URL'] = postgres.url;
  await import('../../libs/db/src/generate/main.js');
  await postgres.stop();
}

async function changedPages(pages: readonly GeneratedFile[]): Promise<GeneratedFile[]> {
  const files = await Promise.all(pages.map(formatted));
  const current = await Promise.all(files.map(({ path }) => read(path)));
  return files.filter(({ content }, index) => content !== current[index]);
}

async function formatted({ path, content }: GeneratedFile): Promise<GeneratedFile> {
  const settings = await resolveConfig(join(root, path));
  return { path, content: await format(content, { ...settings, parser: 'markdown' }) };
}

function read(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined);
}

async function write({ path, content }: GeneratedFile): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}
