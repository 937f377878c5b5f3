import { builtinRuntimes, didYouMean, isComponentRef, splitRef } from '@attune/domain';

import type { ComponentFolder } from '../documents/document-schemas.js';
import type { PackContents } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import type { DocumentPath, YamlSource } from '../source/yaml-source.js';

export interface Reference {
  readonly path: DocumentPath;
  readonly ref: string;
  readonly folder: ComponentFolder;
}

/** A ref of this pack must be declared by one of its files; those of other packs are checked at installation. */
export function checkReference(
  contents: PackContents,
  source: YamlSource,
  reference: Reference,
): PackProblem[] {
  const { path, ref, folder } = reference;
  const declared = contents.declaredRefs[folder];
  if (!isComponentRef(ref) || declared.has(ref)) return [];
  if (splitRef(ref).pack !== contents.packRef) return [];
  return [source.problemAt(path, `'${ref}' is not in ${folder}/ of this pack`, didYouMean(ref, declared))];
}

/** The runtime a `runner_type` means: a built-in one by its short name, any other by its ref. */
export function runtimeRefOf(runnerType: string): string {
  return isComponentRef(runnerType) ? runnerType : `core.${runnerType}`;
}

export function checkRunnerType(
  contents: PackContents,
  source: YamlSource,
  runnerType: string,
): PackProblem[] {
  const path = ['runner_type'];
  if (isComponentRef(runnerType)) {
    return checkReference(contents, source, { path, ref: runnerType, folder: 'runtimes' });
  }
  if ((builtinRuntimes as readonly string[]).includes(runnerType)) return [];
  const hint = didYouMean(runnerType, builtinRuntimes) ?? `built in: ${builtinRuntimes.join(', ')}`;
  return [source.problemAt(path, `there is no runtime '${runnerType}'`, hint)];
}
