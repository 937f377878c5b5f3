import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { NotFoundError } from '@attune/domain';

import { checkPack } from './checks/check-pack.js';
import type { Components, LoadedPack } from './pack-contents.js';
import { contentHash, listPackFiles } from './pack-files.js';
import { byPosition, PackLoadError } from './pack-problem.js';
import { byFolder, readSources } from './pack-sources.js';
import { readContents } from './read-contents.js';

/** Raised when the same files would be stored differently, so that an upgrade installs packs again. */
const storageFormat = 1;

/**
 * Reads and checks a pack directory. Strict: any unknown key, wrong type, dangling reference, bad
 * expression or missing program is an error. Throws PackLoadError with all problems at once; reads
 * nothing outside the directory and runs none of the pack's code.
 */
export async function loadPack(directory: string): Promise<LoadedPack> {
  const root = resolve(directory);
  if (!(await isDirectory(root))) throw new NotFoundError('pack directory', 'path', root);
  const { files, problems: fileProblems } = await listPackFiles(root);
  const sources = await readSources(root, files);
  const { contents, problems: shapeProblems } = readContents(sources, files);
  const partProblems = contents === undefined ? [] : checkPack(contents);
  const problems = [...fileProblems, ...sources.problems, ...shapeProblems, ...partProblems];
  if (problems.length > 0 || contents?.manifest === undefined) {
    throw new PackLoadError(root, problems.toSorted(byPosition));
  }
  return {
    directory: root,
    manifest: contents.manifest.document,
    contentHash: await contentHash(root, files, storageFormat),
    ...documentsOf(contents.components),
  };
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

type Documents = Omit<LoadedPack, 'directory' | 'manifest' | 'contentHash'>;

function documentsOf(components: Components): Documents {
  return byFolder((folder) => components[folder].map(({ document }) => document)) as unknown as Documents;
}
