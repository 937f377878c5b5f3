import { ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { compileProgram } from './compile.js';
import type { CompileOptions } from './compile.js';
import { unclosedProblem } from './compile-template.js';
import { limits } from './frame.js';
import { keyProblems } from './key-reference.js';
import { mapStrings } from './map-strings.js';
import { templateParts } from './template-parts.js';

/** What is wrong with the templates in a value, without evaluating them. */
export function checkTemplate(
  value: unknown,
  { path = '', namespaces }: { path?: string } & CompileOptions,
): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const options = namespaces === undefined ? {} : { namespaces };
  mapStrings(value, path, (text, at) => {
    problems.push(...textProblems(text, options).map((problem) => ({ ...problem, path: at })));
    return text;
  });
  return problems;
}

function textProblems(text: string, options: CompileOptions): ErrorDetail[] {
  const { parts, unclosed } = templateParts(text);
  const problems = unclosed === undefined ? [] : [unclosedProblem(text, unclosed)];
  for (const part of parts) {
    if (typeof part !== 'string') problems.push(...expressionProblems(text, part, options));
  }
  return problems;
}

/** Positions are those of the whole text: what is wrong is compiled again, behind as much white space. */
function expressionProblems(
  text: string,
  part: { expression: string; offset: number },
  options: CompileOptions,
): readonly ErrorDetail[] {
  const problems = compileProblems(part.expression, options);
  if (problems.length === 0 || part.offset + part.expression.length > limits.textLength) return problems;
  return compileProblems(text.slice(0, part.offset).replaceAll(/[^\n]/g, ' ') + part.expression, options);
}

function compileProblems(expression: string, options: CompileOptions): readonly ErrorDetail[] {
  try {
    return keyProblems(compileProgram(expression, options));
  } catch (error) {
    if (error instanceof ValidationError) return error.details;
    throw error;
  }
}
