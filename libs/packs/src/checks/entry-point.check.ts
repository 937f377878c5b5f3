import { posix } from 'node:path';

import { didYouMean } from '@attune/domain';

import type { PackContents } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import type { YamlSource } from '../source/yaml-source.js';
import { runtimeRefOf } from './reference.check.js';

/** Built-in runtimes that the worker runs itself. */
const programless: ReadonlySet<string> = new Set(['core.http', 'core.noop']);

export interface Program {
  /** Folder that entry points are relative to. */
  readonly folder: 'actions' | 'sensors';
  readonly runnerType: string;
  readonly entryPoint: string | undefined;
}

/** The program must be a file of the pack, below the folder of its component. */
export function checkEntryPoint(contents: PackContents, source: YamlSource, program: Program): PackProblem[] {
  const { folder, runnerType, entryPoint } = program;
  const path = ['entry_point'];
  if (programless.has(runtimeRefOf(runnerType))) {
    return entryPoint === undefined
      ? []
      : [source.problemAt(path, `runtime '${runnerType}' takes no program`)];
  }
  if (entryPoint === undefined) return [source.problemAt([], "missing key 'entry_point'")];
  if (leaves(entryPoint)) return [source.problemAt(path, `'${entryPoint}' leaves ${folder}/ of the pack`)];
  const wanted = posix.join(folder, entryPoint);
  const file = contents.files.find((candidate) => candidate.path === wanted);
  if (file === undefined) {
    return [source.problemAt(path, `there is no file ${wanted}`, closeFile(contents, folder, entryPoint))];
  }
  if (runtimeRefOf(runnerType) !== 'core.native' || file.executable) return [];
  return [source.problemAt(path, `${wanted} is not executable`, `chmod +x ${wanted}`)];
}

function leaves(entryPoint: string): boolean {
  const normal = posix.normalize(entryPoint);
  return posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../') || entryPoint.includes('\\');
}

function closeFile(contents: PackContents, folder: string, entryPoint: string): string | undefined {
  const names = contents.files
    .filter((file) => file.path.startsWith(`${folder}/`))
    .map((file) => file.path.slice(folder.length + 1));
  return didYouMean(entryPoint, names);
}
