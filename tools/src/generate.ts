import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { GeneratedFile, Generator } from './generated-file.js';
import { messages } from './generators/messages.generator.js';
import { stateMachines } from './generators/state-machines.generator.js';
import { root } from './workspace.js';

// `generate [--check]`: writes every generated file, or says which are out of date.

const generators: readonly Generator[] = [messages, stateMachines];

const changes = (await Promise.all(generators.map(changesOf))).flat();
if (process.argv.includes('--check')) {
  for (const { path } of changes) console.log(`${path} is out of date: npm run generate`);
  process.exitCode = changes.length === 0 ? 0 : 1;
} else {
  await Promise.all(changes.map(apply));
  for (const { path } of changes) console.log(path);
}

/** A file without content is to be removed. */
type Change = Pick<GeneratedFile, 'path'> & { content: string | undefined };

async function changesOf(generator: Generator): Promise<Change[]> {
  const files = await Promise.all((await generator.generate()).map(formatted));
  const current = await Promise.all(files.map(({ path }) => read(path)));
  const wanted = new Set(files.map(({ path }) => path));
  const left = (await existingIn(generator.folders ?? [])).filter((path) => !wanted.has(path));
  return [
    ...files.filter(({ content }, index) => content !== current[index]),
    ...left.map((path) => ({ path, content: undefined })),
  ];
}

async function formatted({ path, content }: GeneratedFile): Promise<GeneratedFile> {
  if (!path.endsWith('.md')) return { path, content };
  const settings = await resolveConfig(join(root, path));
  return { path, content: await format(content, { ...settings, parser: 'markdown' }) };
}

async function existingIn(folders: readonly string[]): Promise<string[]> {
  const names = await Promise.all(
    folders.map(async (folder) => {
      if (!existsSync(join(root, folder))) return [];
      return (await readdir(join(root, folder))).map((name) => `${folder}/${name}`);
    }),
  );
  return names.flat();
}

function read(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined);
}

async function apply({ path, content }: Change): Promise<void> {
  if (content === undefined) return rm(join(root, path));
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}
