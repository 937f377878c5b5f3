import { ValidationError } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

/** One mistake in a pack, where an editor can jump to it. Lines and columns count from 1. */
export interface PackProblem {
  /** Relative to the pack directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** Everything that is wrong with a pack, at once, in order of file and position, in the message and in `details`. */
export class PackLoadError extends ValidationError {
  readonly problems: readonly PackProblem[];

  constructor(directory: string, problems: readonly PackProblem[]) {
    const lines = problems.map((problem) => `\n  ${formatProblem(problem)}`);
    super(`the pack in ${directory} cannot be loaded:${lines.join('')}`, { details: problems.map(toDetail) });
    this.problems = problems;
  }
}

/** `actions/echo.yaml:3:5: unknown key 'paramters'; did you mean 'parameters'?` */
export function formatProblem(problem: PackProblem): string {
  const hint = problem.hint === undefined ? '' : `; ${problem.hint}`;
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}${hint}`;
}

export function byPosition(left: PackProblem, right: PackProblem): number {
  return left.file.localeCompare(right.file) || left.line - right.line || left.column - right.column;
}

function toDetail(problem: PackProblem): ErrorDetail {
  return {
    path: `${problem.file}:${problem.line}:${problem.column}`,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  };
}
