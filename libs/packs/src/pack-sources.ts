import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { didYouMean } from '@attune/domain';

import { componentFolders } from './documents/document-schemas.js';
import type { ComponentFolder } from './documents/document-schemas.js';
import { wholeFile } from './pack-files.js';
import type { PackFile } from './pack-files.js';
import type { PackProblem } from './pack-problem.js';
import { parseYaml } from './source/yaml-source.js';
import type { YamlSource } from './source/yaml-source.js';

const manifestFile = 'pack.yaml';
const componentFile = /^([^/]+)\/[^/]+\.ya?ml$/;
const workflowFile = /\.workflow\.ya?ml$/;
const maxYamlBytes = 1_048_576;

/** The YAML files that make up a pack, parsed. */
export interface PackSources {
  readonly manifest: YamlSource | undefined;
  readonly components: { readonly [F in ComponentFolder]: readonly YamlSource[] };
  /** Of files and folders as such; mistakes inside a file are with its source. */
  readonly problems: readonly PackProblem[];
}

export async function readSources(directory: string, files: readonly PackFile[]): Promise<PackSources> {
  const wanted = files.filter(({ path }) => path === manifestFile || folderOf(path) !== undefined);
  const problems = [
    ...missingManifest(files),
    ...files.flatMap(strayProblems),
    ...wanted.flatMap(sizeProblems),
  ];
  const readable = wanted.filter(({ size }) => size <= maxYamlBytes);
  const sources = await Promise.all(readable.map(({ path }) => readSource(directory, path)));
  const inFolder = (folder: ComponentFolder): YamlSource[] =>
    sources.filter(({ file }) => folderOf(file) === folder);
  return {
    manifest: sources.find(({ file }) => file === manifestFile),
    components: byFolder(inFolder),
    problems,
  };
}

/** One entry for each component folder. */
export function byFolder<T>(entry: (folder: ComponentFolder) => T): { [F in ComponentFolder]: T } {
  return Object.fromEntries(componentFolders.map((folder) => [folder, entry(folder)])) as {
    [F in ComponentFolder]: T;
  };
}

async function readSource(directory: string, path: string): Promise<YamlSource> {
  return parseYaml(path, await readFile(join(directory, path), 'utf8'));
}

function folderOf(path: string): ComponentFolder | undefined {
  const folder = componentFile.exec(path)?.[1];
  return workflowFile.test(path) ? undefined : componentFolders.find((known) => known === folder);
}

function missingManifest(files: readonly PackFile[]): PackProblem[] {
  return files.some(({ path }) => path === manifestFile) ? [] : [wholeFile(manifestFile, 'is missing')];
}

function sizeProblems({ path, size }: PackFile): PackProblem[] {
  return size <= maxYamlBytes ? [] : [wholeFile(path, `is larger than ${maxYamlBytes} bytes`)];
}

/** YAML that looks like a component and would be passed over in silence. */
function strayProblems({ path }: PackFile): PackProblem[] {
  if (workflowFile.test(path)) return [wholeFile(path, 'workflows cannot be loaded yet')];
  const folder = componentFile.exec(path)?.[1];
  if (folder === undefined || (componentFolders as readonly string[]).includes(folder)) return [];
  const hint = didYouMean(folder, componentFolders);
  return hint === undefined ? [] : [wholeFile(path, `there is no folder '${folder}' in a pack`, hint)];
}
