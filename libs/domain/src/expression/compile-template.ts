import { ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { LruCache } from '../lru-cache.js';
import { keyRefsOf } from '../secret/secret-document.js';
import { SecretValue } from '../secret/secret-value.js';
import { compileProgram } from './compile.js';
import type { Program } from './compile.js';
import { keyReference } from './key-reference.js';
import { plainPath } from './plain-path.js';
import { linePosition } from './source-position.js';
import { templateParts } from './template-parts.js';

const CACHED = 5000;

/** Text, an expression to evaluate, or a key that is only named. */
export type TemplatePiece = string | Program | SecretValue;
export type Template = readonly TemplatePiece[];

const templates = new LruCache<string, Template>(CACHED);

/** Throws ValidationError. Cached by text. */
export function compileTemplate(text: string): Template {
  const known = templates.get(text);
  if (known) return known;
  const { parts, unclosed } = templateParts(text);
  if (unclosed !== undefined) throw new ValidationError(unclosedProblem(text, unclosed).message);
  const template = parts.map((part) => (typeof part === 'string' ? part : pieceOf(part.expression)));
  templates.set(text, template);
  return template;
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

export function unclosedProblem(text: string, offset: number): ErrorDetail {
  return {
    path: '',
    message: `${linePosition(text, offset)}: '{{' is never closed`,
    hint: 'close it with }}; to write the braces themselves: {{ "{{" }}',
  };
}

function pieceOf(expression: string): Program | SecretValue {
  const program = compileProgram(expression);
  return keyReference(program) ?? program;
}
