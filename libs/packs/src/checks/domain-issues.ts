import type { ErrorDetail } from '@attune/domain';

import type { PackProblem } from '../pack-problem.js';
import { parsePath } from '../source/yaml-source.js';
import type { YamlSource } from '../source/yaml-source.js';

/** Gives what a check of the domain found its place in the file. */
export function placeIssues(source: YamlSource, issues: readonly ErrorDetail[]): PackProblem[] {
  return issues.map(({ path, message, hint }) => {
    const text = path === '' ? message : `${path}: ${message}`;
    return source.problemAt(parsePath(path), text, hint);
  });
}
