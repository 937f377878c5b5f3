import { ExpressionError, ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { LruCache } from '../lru-cache.js';
import { memberPath } from '../path.js';
import { forgedSecrets, keyRefsOf } from '../secret/secret-document.js';
import { joinedSecret, SecretValue } from '../secret/secret-value.js';
import { setKey } from '../value-kind.js';
import { compileProgram, frameFor } from './compile.js';
import type { CompileOptions, Program } from './compile.js';
import { orExpressionError } from './failure.js';
import { limitedDepth, limitedString, limits } from './frame.js';
import { jsonValue } from './json-value.js';
import { keyProblems, keyReference } from './key-reference.js';
import { plainPath } from './plain-path.js';
import { linePosition } from './source-position.js';
import { templateParts } from './template-parts.js';
import { asText } from './text.js';

const CACHED = 5000;

/** Text, an expression to evaluate, or a key that is only named. */
type TemplatePiece = string | Program | SecretValue;
type Template = readonly TemplatePiece[];

const templates = new LruCache<string, Template>(CACHED);

/**
 * Evaluates every `{{ expression }}` in the strings of a value, at any depth. A string that is exactly one
 * template takes the expression's value and type, otherwise values are written into the text. Throws
 * ExpressionError with the path of the string. Strings without a template are shared, not copied. What holds a secret,
 * a key (`{{ keys.ops.token }}`) or one that an expression gives, becomes a SecretValue.
 */
export function renderTemplate(value: unknown, context: Record<string, unknown>): unknown {
  return orExpressionError('', () =>
    unforged(mapStrings(value, '', (text, path) => renderText(text, path, context))),
  );
}

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

/** Refs of the keys that a text with templates names, in order. Throws ValidationError. */
export function templateKeys(text: string): string[] {
  return compileTemplate(text).flatMap((piece) => (piece instanceof SecretValue ? keyRefsOf(piece) : []));
}

/** The plain paths that the templates in a text read: `['pack', 'config', 'token']`. Throws ValidationError. */
export function templatePaths(text: string): (readonly string[])[] {
  return compileTemplate(text).flatMap((piece) => {
    if (typeof piece === 'string' || piece instanceof SecretValue) return [];
    const path = plainPath(piece.root);
    return path === undefined ? [] : [path];
  });
}

export function hasTemplate(value: unknown): value is string {
  return typeof value === 'string' && value.includes('{{');
}

/** An event may hold whatever its sender likes, and must not have a key of the rule's owner opened by it. */
function unforged(value: unknown): unknown {
  const [forged] = forgedSecrets(value);
  if (forged === undefined) return value;
  throw new ExpressionError(`${forged.path}: ${forged.message}`, { details: [forged] });
}

function mapStrings(
  value: unknown,
  path: string,
  change: (text: string, path: string) => unknown,
  depth = 0,
): unknown {
  if (typeof value === 'string') return value.includes('{{') ? change(value, path) : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  limitedDepth(depth);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapStrings(item, memberPath(path, index), change, depth + 1));
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    setKey(copy, key, mapStrings(item, memberPath(path, key), change, depth + 1));
  }
  return copy;
}

function renderText(text: string, path: string, context: Record<string, unknown>): unknown {
  try {
    return orExpressionError(text, () => rendered(compileTemplate(text), context));
  } catch (error) {
    throw located(error, path);
  }
}

function rendered(template: Template, context: Record<string, unknown>): unknown {
  const [only] = template;
  if (template.length === 1 && only !== undefined && typeof only === 'object') return valueOf(only, context);
  const pieces = template.map((piece) => textOf(piece, context));
  if (pieces.some((piece) => typeof piece !== 'string')) return joinedSecret(pieces);
  return limitedString(pieces.join(''));
}

function valueOf(piece: Program | SecretValue, context: Record<string, unknown>): unknown {
  if (piece instanceof SecretValue) return piece;
  const frame = frameFor(piece, context);
  const value = piece.evaluate(frame);
  return value instanceof SecretValue ? value : jsonValue(value, frame);
}

function textOf(piece: TemplatePiece, context: Record<string, unknown>): string | SecretValue {
  if (typeof piece === 'string' || piece instanceof SecretValue) return piece;
  const frame = frameFor(piece, context);
  const value = piece.evaluate(frame);
  return value instanceof SecretValue ? value : asText(value, frame);
}

function compileTemplate(text: string): Template {
  const known = templates.get(text);
  if (known) return known;
  const { parts, unclosed } = templateParts(text);
  if (unclosed !== undefined) throw new ValidationError(unclosedProblem(text, unclosed).message);
  const template = parts.map((part) => (typeof part === 'string' ? part : pieceOf(part.expression)));
  templates.set(text, template);
  return template;
}

function pieceOf(expression: string): Program | SecretValue {
  const program = compileProgram(expression);
  return keyReference(program) ?? program;
}

function textProblems(text: string, options: CompileOptions): ErrorDetail[] {
  const { parts, unclosed } = templateParts(text);
  const problems = unclosed === undefined ? [] : [unclosedProblem(text, unclosed)];
  for (const part of parts) {
    if (typeof part !== 'string') problems.push(...expressionProblems(text, part, options));
  }
  return problems;
}

function unclosedProblem(text: string, offset: number): ErrorDetail {
  return {
    path: '',
    message: `${linePosition(text, offset)}: '{{' is never closed`,
    hint: 'close it with }}; to write the braces themselves: {{ "{{" }}',
  };
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

function located(error: unknown, path: string): unknown {
  if (!(error instanceof ExpressionError || error instanceof ValidationError)) return error;
  const [detail] = error.details;
  const hint = detail?.hint === undefined ? {} : { hint: detail.hint };
  const message = path === '' ? error.message : `${path}: ${error.message}`;
  return new ExpressionError(message, { details: [{ path, message: error.message, ...hint }], cause: error });
}
